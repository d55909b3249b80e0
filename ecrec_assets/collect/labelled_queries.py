"""Labelled queries as a table, each with the file and line it stands in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from ecrec_assets.collect.errors import CollectError
from ecrec_assets.collect.labelled_files import Record, files_of, records
from ecrec_assets.collect.labelled_row import Wrong, row_of

UNREADABLE = "_unreadable"
WORDS = pl.List(pl.String())
QUERIES = pl.Schema(
    {
        "place": pl.String(),
        "query_id": pl.String(),
        "text": pl.String(),
        "tokens": WORDS,
        "tags": WORDS,
        "split": pl.String(),
        UNREADABLE: pl.String(),
    }
)
ANNOTATIONS = pl.Schema(
    {"place": pl.String(), "annotator": pl.String(), "query_id": pl.String(), "tags": WORDS, UNREADABLE: pl.String()}
)


def read_queries(files: Mapping[str, Path], columns: Mapping[str, str]) -> pl.DataFrame:
    """One row a query of every file; `files` are paths or patterns by split, `columns` field names by part.

    A line that is no query keeps its place and the reason in `_unreadable`, so that the gate sets it aside. A query
    without an id is called by its file and line. CollectError for a file that cannot be read, or has no query at all.
    """
    rows = [
        row for split, pattern in files.items() for path in files_of(pattern) for row in _queries(path, split, columns)
    ]
    return pl.DataFrame(rows, schema=QUERIES, orient="row")


def read_annotations(patterns: Iterable[Path], columns: Mapping[str, str]) -> pl.DataFrame:
    """One row a query and annotator; an annotator is called by the name of the file up to its first dot."""
    rows = [row for pattern in patterns for path in files_of(pattern) for row in _annotations(path, columns)]
    return pl.DataFrame(rows, schema=ANNOTATIONS, orient="row")


def queries_of(rows: pl.LazyFrame, columns: Mapping[str, str], split: str | None) -> pl.DataFrame:
    """The same table from one with a row a query; `split` is its column of train, validation and test, if any."""
    found = []
    for number, fields in enumerate(rows.collect().iter_rows(named=True), start=1):
        own = {name: value for name, value in fields.items() if name != split}
        found.append(_query(Record(number, own), f"row {number}", fields.get(split or ""), columns))
    return pl.DataFrame(found, schema=QUERIES, orient="row")


def state_of(patterns: Iterable[Path]) -> str:
    """Changes when a file comes, goes or has other bytes. CollectError when there is none."""
    digest = hashlib.sha256()
    for path in (path for pattern in patterns for path in files_of(pattern)):
        with path.open("rb") as file:
            digest.update(f"{path.name} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()


def _queries(path: Path, split: str, columns: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    return _some(path, [_query(record, f"{path.name}:{record.line}", split, columns) for record in records(path)])


def _annotations(path: Path, columns: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    name = path.name.split(".")[0]
    return _some(path, [_annotation(record, path, name, columns) for record in records(path)])


def _some(path: Path, rows: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The rows, when at least one of them could be read."""
    if not rows:
        raise CollectError(path, "holds no query", "Put at least one there, or take the file out of ecrec.yaml.")
    if all(row[-1] is not None for row in rows):
        why = next(iter(json.loads(rows[0][-1]).values()))
        raise CollectError(path, f"holds no query that can be read; {rows[0][0].rpartition(':')[2]}: {why}", "Mend it.")
    return iter(rows)


def _query(record: Record, place: str, split: Any, columns: Mapping[str, str]) -> tuple[Any, ...]:
    given = split if split is None or isinstance(split, str) else str(split)
    try:
        row = row_of(_fields(record), columns)
    except Wrong as error:
        return place, place, None, None, None, given, _told(place, error)
    tokens = row.tokens or []
    return place, row.id or place, row.text if row.text is not None else " ".join(tokens), tokens, row.tags, given, None


def _annotation(record: Record, path: Path, annotator: str, columns: Mapping[str, str]) -> tuple[Any, ...]:
    place = f"{path.name}:{record.line}"
    try:
        row = row_of(_fields(record), columns, words=False)
        if row.id is None:
            raise Wrong("has no id, and by it the labels find their query")
    except Wrong as error:
        return place, annotator, None, None, _told(place, error)
    return place, annotator, row.id, row.tags, None


def _fields(record: Record) -> dict[str, Any]:
    if record.wrong:
        raise Wrong(record.wrong)
    return record.fields


def _told(place: str, error: Wrong) -> str:
    return json.dumps({place: str(error)}, ensure_ascii=False)
