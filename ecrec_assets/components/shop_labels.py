"""The labels in a shop's files, against those of its contract: for `ecrec shop check` and `ecrec shop draft`."""

import json
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import NamedTuple

import polars as pl

from ecrec_assets.components.catalogue import contract
from ecrec_assets.components.query_files import annotation_files, query_files
from ecrec_assets.components.shop_queries import drawn_splits
from ecrec_assets.components.tagger_plan import QUERIES
from ecrec_assets.contracts.label_types import label_types
from ecrec_assets.prepare.labelled_queries import SPLITS, labelled_queries
from ecrec_assets.shop.config import Shop

SHOWN = 5


class Labels(NamedTuple):
    """`queries`: rows by split. `spans`: one row a type, most frequent first, with its spans in each split.

    `unreadable` says of each line that is no query where it stands and what is wrong.
    """

    queries: dict[str, int]
    spans: pl.DataFrame
    unreadable: tuple[str, ...]

    @property
    def types(self) -> list[str]:
        return self.spans["type"].to_list()


def labels_of(shop: Shop) -> Labels:
    """Reads every file, or the source. CollectError when one cannot be read."""
    role = shop.roles.queries
    assert role is not None
    raw = _rows(shop)
    lost = [text for row in raw["_unreadable"].drop_nulls() for text in _told(row)]
    if role.annotators:
        from ecrec_assets.collect.labelled_queries import read_annotations

        people = read_annotations(annotation_files(shop, role), role.columns)
        lost += [text for row in people["_unreadable"].drop_nulls() for text in _told(row)]
    rows = labelled_queries(raw.filter(pl.col("_unreadable").is_null()).lazy(), drawn=drawn_splits(role)).collect()
    counts = dict(rows.group_by("split").len().iter_rows())
    return Labels({split: counts.get(split, 0) for split in SPLITS}, _spans(rows), tuple(lost))


def troubles_of(found: Labels) -> list[str]:
    """What a person has to mend before the tagger is what they mean."""
    known = label_types(contract(QUERIES))
    return [*_unreadable(found), *_splits(found), *_unknown(found, known), *_unlearnt(found), *_unseen(found, known)]


def _rows(shop: Shop) -> pl.DataFrame:
    from ecrec_assets.collect.labelled_queries import queries_of, read_queries

    role = shop.roles.queries
    assert role is not None
    if role.source is None:
        return read_queries(query_files(shop, role), role.columns)
    from ecrec_assets.components.shop_reader import FileReader, raw_rows

    if shop.sources[role.source].files:
        rows = FileReader(shop, role.source, contract(f"raw/{role.source}")).read_all()
    else:
        rows = raw_rows(shop, role.source)
    return queries_of(rows, role.columns, role.split)


def _told(row: str) -> Iterator[str]:
    yield from (f"{place} {why}" for place, why in json.loads(row).items())


def _spans(rows: pl.DataFrame) -> pl.DataFrame:
    tags = rows.select("split", "tags").explode("tags").drop_nulls()
    begun = tags.filter(pl.col("tags").str.contains(r"^[BI]-\S+$")).with_columns(type=pl.col("tags").str.slice(2))
    is_span = pl.col("tags").str.starts_with("B-")
    counted = begun.group_by("type").agg(((pl.col("split") == split) & is_span).sum().alias(split) for split in SPLITS)
    return counted.sort(pl.sum_horizontal(SPLITS), "type", descending=[True, False])


def _unreadable(found: Labels) -> Iterator[str]:
    yield from found.unreadable[:SHOWN]
    if (more := len(found.unreadable) - SHOWN) > 0:
        yield f"{more:,} more line{'' if more == 1 else 's'} cannot be read"


def _splits(found: Labels) -> Iterator[str]:
    for split, count in found.queries.items():
        if not count:
            yield f"there is no {split} query: give its file, or more queries to draw it from"


def _unknown(found: Labels, known: Sequence[str]) -> Iterator[str]:
    for row in found.spans.iter_rows(named=True):
        if row["type"] not in known:
            near = get_close_matches(row["type"], known, n=1, cutoff=0.6)
            hint = f"do you mean '{near[0]}'?" if near else "add it to 'types', or mend the labels"
            yield f"the label '{row['type']}' ({_counts(row)}) is not in the contract of {QUERIES}; {hint}"


def _unlearnt(found: Labels) -> Iterator[str]:
    for row in found.spans.iter_rows(named=True):
        if not row["train"]:
            yield f"the label '{row['type']}' ({_counts(row)}) is in no training query, so it cannot be learnt"


def _unseen(found: Labels, known: Sequence[str]) -> Iterator[str]:
    missing = [name for name in known if name not in found.types]
    if missing:
        yield f"no query has the label {', '.join(map(repr, missing))} of the contract of {QUERIES}"


def _counts(row: dict[str, int]) -> str:
    return ", ".join(f"{row[split]:,} in {split}" for split in SPLITS if row[split]) or "no span begins with it"
