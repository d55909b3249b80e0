"""Queries with weak labels, made from the shop's own catalogue and prices.

A shop rarely has labelled queries. Here its product types, categories and paid prices are put into the forms in which
shoppers ask, so every label is known by construction (distant supervision; Mintz et al., ACL 2009). They are not
human labels: a score on them says how well a model reads these forms with product types it has never seen, not how
well it reads this shop's visitors.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

import polars as pl

from ecrec_assets.prepare.query_catalogue import product_types
from ecrec_assets.prepare.query_forms import FORMS, CannotFill, Draw, Segment, draw_form
from ecrec_assets.prepare.query_noise import Labelled, noisy
from ecrec_assets.prepare.query_phrases import key_of
from ecrec_assets.prepare.query_split import SPLITS, Assignment, assign
from ecrec_assets.prepare.query_words import BRANDS, SERVICE

HELD_OUT = 0.1
NOISY = 0.4
MOST_TRIES = 200
SHARES = {"train": 1 - 2 * HELD_OUT, "validation": HELD_OUT, "test": HELD_OUT}
SCHEMA = pl.Schema(
    {
        "query_id": pl.String(),
        "product_id": pl.Int64(),
        "text": pl.String(),
        "tokens": pl.List(pl.String()),
        "tags": pl.List(pl.String()),
        "tag_text": pl.String(),
        "token_count": pl.Int64(),
        "split": pl.String(),
        "form": pl.String(),
        "is_noisy": pl.Boolean(),
        "item": pl.String(),
    }
)


class TooFewForms(ValueError):
    """The catalogue cannot give as many different queries as were asked for."""


class Query(NamedTuple):
    """One query; `item` is the key of its first item, empty when it names none."""

    product_id: int
    form: str
    words: Labelled
    item: str


def weak_queries(products: pl.LazyFrame, prices: pl.LazyFrame, *, count: int, seed: int) -> pl.LazyFrame:
    """`count` different queries with a tag for each word, 80 % train, 10 % validation, 10 % test.

    `products` has item_text, category_text, department_text, size_value and size_unit; `prices` has product_id and
    price, the median paid. The same input and seed give the same queries. No item of validation or test occurs in
    another split, not even inside a longer phrase (as it was before noise); categories, a closed list, occur in all.
    Raises TooFewForms when the catalogue is too small for `count`.
    """
    random = Random(seed)  # noqa: S311  (chance, not secrecy)
    kinds = product_types(products, prices)
    assignment = assign(kinds, HELD_OUT, random)
    if not all(assignment.types[split] for split in SPLITS):
        raise TooFewForms(f"{len(kinds):,} product types are too few to hold some out; give a larger catalogue")
    seen: set[str] = set()
    rows = [row for split in SPLITS for row in _rows(assignment, split, round(count * SHARES[split]), seen, random)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").lazy()


def _rows(
    assignment: Assignment, split: str, count: int, seen: set[str], random: Random
) -> Iterator[tuple[object, ...]]:
    for number in range(count):
        query = _unseen(assignment, split, seen, random)
        text = " ".join(query.words.tokens)
        seen.add(text.lower())
        tokens, tags = query.words.tokens, query.words.tags
        about = (split, query.form, query.words.is_noisy, query.item or None)
        yield f"{split}-{number:06d}", query.product_id, text, tokens, tags, " ".join(tags), len(tokens), *about


def _unseen(assignment: Assignment, split: str, seen: set[str], random: Random) -> Query:
    """A query whose text is new. The form is drawn once, so that a form with few texts is not crowded out."""
    form = draw_form(random)
    for attempt in range(MOST_TRIES):
        query = _attempt(assignment, split, form if attempt < MOST_TRIES // 2 else draw_form(random), random)
        if query and " ".join(query.words.tokens).lower() not in seen:
            return query
    kinds = sum(map(len, assignment.types[split]))
    raise TooFewForms(
        f"no new {split} query after {MOST_TRIES} tries with {kinds:,} product types and {len(seen):,} queries made; "
        "ask for fewer queries or give a larger catalogue"
    )


def _attempt(assignment: Assignment, split: str, form: str, random: Random) -> Query | None:
    kind, other = assignment.draw(split, random), assignment.draw(split, random)
    if kind is None or other is None:
        return None
    product = random.choice(kind.products)
    try:
        segments = FORMS[form][1](Draw(kind, product, other, _share(BRANDS, split), _share(SERVICE, split), random))
    except CannotFill:
        return None
    if not assignment.allows(split, [word for segment in segments for word in segment.words]):
        return None
    return Query(product.product_id, form, noisy(segments, random, chance=NOISY), _first_item(segments))


def _share(texts: tuple[str, ...], split: str) -> tuple[str, ...]:
    """Of six known brands one is only met in validation and one only in test."""
    held_out = {"validation": 4, "test": 5}
    wanted = {held_out[split]} if split in held_out else {0, 1, 2, 3}
    return tuple(text for i, text in enumerate(texts) if i % 6 in wanted)


def _first_item(segments: list[Segment]) -> str:
    return next((key_of(segment.words) for segment in segments if segment.kind == "Item"), "")
