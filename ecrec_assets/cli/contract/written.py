"""Rows written for a person: CSV whose cells stay text in a spreadsheet, or Parquet as it is."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl

FORMULA = r"^[=+\-@\t\r]"
SUFFIXES = (".csv", ".parquet")


class WrongFile(ValueError):
    """A file that cannot be written; the message says why."""


def require_writable(path: Path | None) -> None:
    """Before the work is done. WrongFile for another suffix or a folder that is not there."""
    if path is None:
        return
    if path.suffix.lower() not in SUFFIXES:
        raise WrongFile(f"{path}: write to a file that ends in {' or '.join(SUFFIXES)}")
    if not path.absolute().parent.is_dir():
        raise WrongFile(f"{path}: the folder {path.parent} does not exist")


def write(frame: pl.LazyFrame, path: Path) -> None:
    """Streams the rows to a file of another name first, so that a half-written one never stands there."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.suffix.lower() == ".parquet":
            frame.sink_parquet(part)
        else:
            _inert(frame).sink_csv(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _inert(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Lists are joined with `; `. Text a spreadsheet would run as a formula gets an apostrophe in front."""
    schema = frame.collect_schema()
    lists = [name for name, dtype in schema.items() if isinstance(dtype, pl.List)]
    joined = frame.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join("; ") for name in lists)
    texts = [name for name, dtype in schema.items() if dtype == pl.String or name in lists]
    cells = {name: _cell(pl.col(name)) for name in texts}
    names = {name: f"'{name}" for name in schema if name[:1] in ("=", "+", "-", "@", "\t", "\r")}
    return joined.with_columns(**cells).rename(names)


def _cell(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(FORMULA)).then(pl.lit("'") + text).otherwise(text)
