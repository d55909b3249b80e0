"""Whether a CSV file is a table: every row as long as the header, every quote closed, every name once."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import TextIO

import polars as pl

from ecrec_assets.collect.errors import CollectError


def check_csv(path: Path, scan: pl.LazyFrame, *, separator: str = ",", encoding: str = "utf-8-sig") -> None:
    """Parses the file once and keeps nothing. CollectError names the line that is no row of the table.

    Polars fills a row that is too short with nulls, which would hide a cut line; pyarrow refuses it.
    """
    _check_header(path, separator, encoding)
    try:
        rows = scan.select(pl.any_horizontal(pl.all().is_not_null()).sum()).collect(engine="streaming").item()
    except pl.exceptions.PolarsError as error:
        raise _unreadable(path, str(error).split("\n")[0], separator, encoding) from error
    if rows:
        _check_lengths(path, separator, encoding)


def _check_header(path: Path, separator: str, encoding: str) -> None:
    with _open(path, encoding) as file:
        header = next(csv.reader(file, delimiter=separator), [])
    if len(header) == 1 and any(sign in header[0] for sign in ";\t|"):
        raise CollectError(path, f"has one column, '{header[0]}'", "Separate the columns with commas.")
    twice = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    if twice:
        raise CollectError(path, f"has the column '{twice[0]}' {header.count(twice[0])} times", "Rename all but one.")


def _check_lengths(path: Path, separator: str, encoding: str) -> None:
    import pyarrow as pa  # 0.2 s, and every process loads this room
    import pyarrow.csv as arrow_csv

    known = "utf-8" if encoding == "utf-8-sig" else encoding
    reading = arrow_csv.ReadOptions(use_threads=False, encoding=known)
    parsing = arrow_csv.ParseOptions(delimiter=separator, newlines_in_values=True)
    as_text = arrow_csv.ConvertOptions(check_utf8=False, include_columns=[], include_missing_columns=False)
    try:
        for _ in arrow_csv.open_csv(path, reading, parsing, as_text):
            pass
    except pa.ArrowInvalid as error:
        raise _unreadable(path, str(error), separator, encoding) from error


def _unreadable(path: Path, message: str, separator: str, encoding: str) -> CollectError:
    """Looks for the line again, slowly: the parsers count rows, a person's editor counts lines."""
    with _open(path, encoding) as file:
        reader = csv.reader(file, delimiter=separator, strict=True)
        try:
            width = len(next(reader))
            start = reader.line_num + 1
            for row in reader:
                if row and len(row) != width:
                    what = f"line {start} has {len(row)} values where the header has {width}"
                    return CollectError(path, what, f"Mend the line, or quote values that hold {_named(separator)}.")
                start = reader.line_num + 1
        except csv.Error as error:
            what = f"line {start} starts a row that cannot be parsed ({error})"
            return CollectError(path, what, "Close every quote, and double a quote inside a value.")
    return CollectError(path, f"cannot be parsed ({message})", "Write it as comma-separated text again.")


def _named(separator: str) -> str:
    return {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}.get(separator, f"'{separator}'")


def _open(path: Path, encoding: str) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding=encoding, newline="")
    return path.open(encoding=encoding, newline="")
