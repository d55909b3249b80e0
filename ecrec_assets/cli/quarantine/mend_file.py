"""The file rows are mended in: what is written, and what of it was changed when it comes back."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from ecrec_assets.cli.quarantine.cells import CellError, cell_of, value_of
from ecrec_assets.lake.candidate import FAILED_RULES
from ecrec_assets.lake.identical import ROW_ID, TEXT, UNREADABLE, values_of
from ecrec_assets.lake.row_text import all_can_be, plain, text_of

DECISION = "_decision"
DROP = "drop"
BYTE_ORDER_MARK = "\ufeff"


class FileDecisions(NamedTuple):
    """By row id: the row as text, or None to drop it. `unchanged` counts the lines that nobody touched."""

    decisions: dict[str, str | None]
    unchanged: int


class MendFileError(ValueError):
    """A file of mends that cannot be read; the message names line and column."""


def as_file(kept: pl.DataFrame, path: Path) -> None:
    """Row id, decision (empty), failed rules, then the values of the row, as they were delivered."""
    rows = kept.select(
        ROW_ID, pl.lit("").alias(DECISION), pl.col(FAILED_RULES).list.join(" "), *values_of(kept.columns)
    )
    draft = path.with_name(path.name + ".draft")
    draft.touch(mode=0o600)  # may hold personal values: for its owner only
    if path.suffix.lower() == ".parquet":
        rows.write_parquet(draft)
    else:
        with draft.open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
            file.write(BYTE_ORDER_MARK)  # without it spreadsheets take UTF-8 for something else
            writer = csv.writer(file)
            writer.writerow(rows.columns)
            writer.writerows(_line(row) for row in rows.iter_rows())
    draft.replace(path)


def read_file(path: Path, kept: pl.DataFrame, known: dict[str, str | None]) -> FileDecisions:
    """The decisions in a file that `as_file` wrote and a person changed.

    `kept` are the rows in quarantine; `known` are decisions made before, for rows that are no longer there.
    """
    lines = _parquet_lines(path) if path.suffix.lower() == ".parquet" else _csv_lines(path, kept.schema)
    texts = dict(zip(kept[ROW_ID], kept[TEXT], strict=True))
    schema = {name: kept.schema[name] for name in values_of(kept.columns)}
    decisions: dict[str, str | None] = {}
    unchanged, seen = 0, dict[str, str]()
    for place, given in lines:
        id_, decision = str(given.pop(ROW_ID) or ""), str(given.pop(DECISION, None) or "").strip().lower()
        if id_ in seen:
            raise MendFileError(f"{place}: row {id_} is also in {seen[id_]}: keep one of the two")
        seen[id_] = place
        if decision not in ("", DROP):
            raise MendFileError(f"{place}, column {DECISION}: '{decision}' is neither empty nor '{DROP}'")
        text = _decided(place, id_, decision, given, texts, known, schema)
        if text == texts.get(id_, ""):
            unchanged += 1
        else:
            decisions[id_] = text
    return FileDecisions(decisions, unchanged)


def _decided(
    place: str,
    id_: str,
    decision: str,
    given: dict[str, Any],
    texts: dict[str, str],
    known: dict[str, str | None],
    schema: dict[str, pl.DataType],
) -> str | None:
    """The row as decided: what the file says, and for columns it lacks what the row was."""
    if decision == DROP:
        return None
    before = texts.get(id_) or known.get(id_) or "{}"
    original: dict[str, Any] = json.loads(before)
    merged = with_readings(original, {**original, **given})
    text = text_of(merged)
    if text != before and not all_can_be([text], schema | ({UNREADABLE: pl.String()} if UNREADABLE in merged else {})):
        raise MendFileError(f"{place}: the row does not fit the types of its columns")
    return text


def with_readings(original: dict[str, Any], mended: dict[str, Any]) -> dict[str, Any]:
    """A value that could not be read and now has one is no longer unreadable."""
    if not mended.get(UNREADABLE):
        return mended
    unread = {
        name: text
        for name, text in json.loads(mended[UNREADABLE]).items()
        if mended.get(name) is None or mended.get(name) == original.get(name)
    }
    return {**mended, UNREADABLE: json.dumps(unread, ensure_ascii=False) if unread else None}


def _line(row: tuple[Any, ...]) -> list[str]:
    id_, decision, rules, *values = row
    return [id_, decision, rules, *map(cell_of, values)]


def _parquet_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    frame = pl.read_parquet(path)
    _check_header(path, frame.columns, frame.columns)
    for number, row in enumerate(frame.drop(FAILED_RULES, strict=False).iter_rows(named=True), start=1):
        yield f"{path}, row {number}", plain(row)


def _csv_lines(path: Path, schema: pl.Schema) -> Iterator[tuple[str, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig", errors="surrogatepass", newline="") as file:
        header = file.readline()
        delimiter = max(",;\t", key=header.count)
        file.seek(0)
        lines = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            names = [name.strip() for name in next(lines, [])]
            _check_header(path, names, list(schema))
            for cells in lines:
                if any(cells):
                    place = f"{path}, line {lines.line_num}"
                    yield place, _values(place, names, cells, schema, comma=delimiter == ";")
        except csv.Error as error:
            raise MendFileError(f"{path}, line {lines.line_num}: {error}") from error


def _values(place: str, names: list[str], cells: list[str], schema: pl.Schema, *, comma: bool) -> dict[str, Any]:
    if len(cells) != len(names):
        raise MendFileError(f"{place}: {len(cells)} cells, but the first line names {len(names)} columns")
    values: dict[str, Any] = {}
    for name, cell in zip(names, cells, strict=True):
        if name in (ROW_ID, DECISION):
            values[name] = cell
        elif name != FAILED_RULES:
            try:
                values[name] = value_of(cell, schema[name], comma=comma)
            except CellError as error:
                raise MendFileError(f"{place}, column {name}: {error}") from error
    return values


def _check_header(path: Path, names: list[str], known: list[str]) -> None:
    if ROW_ID not in names:
        raise MendFileError(f"{path}: there is no column {ROW_ID}; use a file that 'ecrec quarantine export' wrote")
    columns = [*values_of(known), ROW_ID, DECISION, FAILED_RULES]
    for name in names:
        if name not in columns:
            near = get_close_matches(name, columns, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            raise MendFileError(f"{path}, line 1: the table has no column '{name}'{hint}")
    if len(set(names)) < len(names):
        raise MendFileError(f"{path}, line 1: a column is named twice")
