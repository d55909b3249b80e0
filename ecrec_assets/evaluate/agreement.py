"""How far people agree who labelled the same queries: the most that a model can be asked for.

Fleiss' kappa (Fleiss 1971, Psychological Bulletin 76(5)) over words, where agreement by chance is taken off; and the
strict span F1 of each pair of people, which needs no count of what is no span (Hripcsak &
Rothschild 2005, JAMIA 12(3)).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import polars as pl

Tags = Sequence[Sequence[str]]
Span = tuple[int, str, int, int]
OUTSIDE = "O"
GOLD = "gold"
ALL = "all"
SCHEMA = pl.Schema(
    {
        "measure": pl.String(),
        "first": pl.String(),
        "second": pl.String(),
        "type": pl.String(),
        "value": pl.Float64(),
        "support": pl.Int64(),
    }
)


class Row(NamedTuple):
    """`support`: words behind a kappa, spans of both behind an F1."""

    measure: str
    first: str
    second: str
    type: str
    value: float | None
    support: int


def agreement(annotations: pl.LazyFrame, gold: pl.LazyFrame | None = None) -> pl.LazyFrame:
    """Rows of `fleiss_kappa` (all annotators) and `span_f1` (each pair, and each with gold), by type and over all.

    `annotations` has annotator, query_id and tags; `gold`, if there is one, query_id and tags. Compared are
    the queries that everybody labelled, with the same number of tags. Raises ValueError for fewer than two annotators
    or no query in common. A value is missing where nobody used the type.
    """
    people = _people(annotations)
    names, given = list(people), list(people.values())
    common = sorted(set.intersection(*(set(tags) for tags in given)))
    common = [query for query in common if len({len(tags[query]) for tags in given}) == 1]
    if len(names) < 2 or not common:
        raise ValueError(f"agreement needs two annotators with queries in common; {len(names)} have {len(common):,}")
    labelled = {name: [people[name][query] for query in common] for name in names}
    rows = [*kappas(list(labelled.values()))]
    for first, second in combinations(names, 2):
        rows += span_f1s(first, labelled[first], second, labelled[second])
    if gold is not None:
        rows += _against_gold(labelled, common, gold)
    return pl.LazyFrame(rows, schema=SCHEMA, orient="row")


def fleiss_kappa(counts: np.ndarray) -> float | None:
    """`counts`: subjects × categories, how many raters chose each. None where all chose the same one everywhere."""
    raters = counts.sum(axis=1)
    if not len(counts) or (raters != raters[0]).any() or raters[0] < 2:
        raise ValueError("each subject needs the same number of raters, two or more")
    same = ((counts**2).sum(axis=1) - raters[0]) / (raters[0] * (raters[0] - 1))
    by_chance = float(((counts.sum(axis=0) / counts.sum()) ** 2).sum())
    return None if by_chance >= 1 else float((same.mean() - by_chance) / (1 - by_chance))


def kappas(people: Sequence[Tags]) -> list[Row]:
    """Over all types at once (the types of words, O is one of them), and of each type against the rest."""
    words = [[_type(tag) for query in tags for tag in query] for tags in people]
    kinds = sorted({kind for row in words for kind in row})
    counts = np.array([[column.count(kind) for kind in kinds] for column in zip(*words, strict=True)])
    total = len(counts)
    rows = [Row("fleiss_kappa", ALL, ALL, ALL, fleiss_kappa(counts), total)]
    for place, kind in enumerate(kinds):
        own = counts[:, place]
        value = fleiss_kappa(np.stack([own, counts.sum(axis=1) - own], axis=1))
        rows.append(Row("fleiss_kappa", ALL, ALL, kind, value, int((own > 0).sum())))
    return rows


def span_f1s(first: str, tags: Tags, second: str, others: Tags) -> list[Row]:
    """F1 of the spans of both: the same whichever of the two is called right."""
    mine, theirs = _spans(tags), _spans(others)
    kinds = [ALL, *sorted({span[1] for span in mine | theirs})]
    return [_f1(first, second, kind, _only(mine, kind), _only(theirs, kind)) for kind in kinds]


def _against_gold(labelled: Mapping[str, Tags], common: Sequence[str], gold: pl.LazyFrame) -> list[Row]:
    truth = dict(gold.select("query_id", "tags").collect().iter_rows())
    rows: list[Row] = []
    for name, tags in labelled.items():
        pairs = [
            (truth[id_], given)
            for id_, given in zip(common, tags, strict=True)
            if len(truth.get(id_, ())) == len(given)
        ]
        rows += span_f1s(GOLD, [right for right, _ in pairs], name, [given for _, given in pairs])
    return rows


def _people(annotations: pl.LazyFrame) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    rows = annotations.select("annotator", "query_id", "tags").sort("annotator", maintain_order=True).collect()
    for name, query, tags in rows.iter_rows():
        found.setdefault(name, {})[query] = tags
    return found


def _f1(first: str, second: str, kind: str, mine: set[Span], theirs: set[Span]) -> Row:
    both = len(mine) + len(theirs)
    return Row("span_f1", first, second, kind, 2 * len(mine & theirs) / both if both else None, both)


def _only(spans: set[Span], kind: str) -> set[Span]:
    return spans if kind == ALL else {span for span in spans if span[1] == kind}


def _spans(tags: Tags) -> set[Span]:
    """Query, type, first word and word after the last of each span; an I- that nothing begins is no span."""
    found: set[Span] = set()
    for query, row in enumerate(tags):
        start: int | None = None
        for place, tag in enumerate([*row, OUTSIDE]):
            if start is not None and not (tag.startswith("I-") and tag[2:] == row[start][2:]):
                found.add((query, row[start][2:], start, place))
                start = None
            if tag.startswith("B-"):
                start = place
    return found


def _type(tag: str) -> str:
    return tag if tag == OUTSIDE else tag[2:]
