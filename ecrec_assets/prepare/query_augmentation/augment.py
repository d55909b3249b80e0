"""More training queries made from the training queries, for a tagger that has few."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from random import Random
from typing import Any

import polars as pl

from ecrec_assets.prepare.query_augmentation.kinds import KINDS, Change, changes, check_kinds
from ecrec_assets.prepare.query_augmentation.mentions import mentions_of
from ecrec_assets.prepare.query_augmentation.rows import refuse_soft, rewritten, text_key, text_of, words_in

DEFAULT_SHARES = {"mention": 0.5, "typo": 0.2, "order": 0.1, "drop": 0.1, "unit": 0.1}
MOST = 10.0


def augmented(queries: pl.LazyFrame, *, seed: int, shares: Mapping[str, float] = DEFAULT_SHARES) -> pl.LazyFrame:
    """`queries` (tokens, tags, split and any others), as they are, and after them new rows of split `train`.

    `shares` says for each kind how many rows are added, as a share of the training rows (0 to 10; 0.5 adds at most
    half as many). There are fewer where a kind does not fit (no unit to rewrite). Replaced mentions come from
    training queries only, and no row is added whose text is in any split already. `augmentation` is the kind, null in
    the given rows; a text column `query_id` gets a suffix. The same seed gives the same rows.
    Raises UnknownKind, SoftLabelsError, and ValueError for a share outside its range.
    """
    check_kinds(shares, KINDS)
    if wrong := {kind: share for kind, share in shares.items() if not 0 <= share <= MOST}:
        raise ValueError(f"shares of added queries are between 0 and {MOST:g}, not {wrong}")
    refuse_soft(queries)
    given = queries.collect()
    schema = {**given.schema, "augmentation": pl.String()}
    rows = pl.DataFrame(list(_added(given, seed, shares)), schema=schema, orient="row")
    return pl.concat([given.with_columns(augmentation=pl.lit(None, pl.String())), rows]).lazy()


def _added(given: pl.DataFrame, seed: int, shares: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    train = given.filter(pl.col("split") == "train").rows(named=True)
    every = [words_in(row) for row in given.select("tokens", "tags").iter_rows(named=True)]
    seen = {key(words) for words in every for key in (text_of, text_key)}
    known = changes(mentions_of(words_in(row) for row in train))
    for kind in sorted(shares):
        wanted = round(shares[kind] * len(train))
        random = Random(f"{seed} {kind}")  # noqa: S311  (chance, not secrecy)
        key = text_of if kind == "case" else text_key
        new = (row for row in _tries(train, known[kind], wanted, random) if _is_new(key(words_in(row)), seen))
        for number, row in enumerate(islice(new, wanted)):
            yield {**row, **_named(row, kind, number)}


def _tries(train: list[dict[str, Any]], change: Change, wanted: int, random: Random) -> Iterator[dict[str, Any]]:
    """The training rows changed, in random order; all of them once more than it takes to have `wanted`."""
    for _ in range(1 + -(-wanted // max(1, len(train)))):
        for row in random.sample(train, len(train)):
            before = words_in(row)
            after = change(before, random) if before else before
            if after != before:
                yield rewritten(row, after)


def _is_new(text: str, seen: set[str]) -> bool:
    if text in seen:
        return False
    seen.add(text)
    return True


def _named(row: dict[str, Any], kind: str, number: int) -> dict[str, Any]:
    named = {"augmentation": kind}
    if isinstance(row.get("query_id"), str):
        named["query_id"] = f"{row['query_id']}-{kind}-{number}"
    return named
