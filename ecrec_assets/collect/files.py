"""A user's own tables: CSV or Parquet, one file or many."""

from __future__ import annotations

import hashlib
from pathlib import Path

import polars as pl

from ecrec_assets.collect.csv_check import check_csv
from ecrec_assets.collect.errors import CollectError
from ecrec_assets.collect.parquet_file import scan_checked
from ecrec_assets.collect.text_check import check_text
from ecrec_assets.collect.typed_text import with_types

SUFFIXES = (".csv", ".csv.gz", ".parquet")
MAX_BYTES = 16 * 2**30  # of one file, unpacked


def read_table(path: Path, schema: pl.Schema, *, max_bytes: int = MAX_BYTES) -> pl.LazyFrame:
    """The table in a file, in all files of a folder, or in all that match a pattern such as `sales/2017-*.csv`.

    CSV is UTF-8 text with commas and a header; its values become the types of `schema`, and what is no such value is
    kept in the column `_unreadable` (see `with_types`). Parquet keeps its types. Columns that are missing, renamed or
    of another type are not judged here: the gate does that. Empty lines of a CSV are skipped.

    Raises CollectError, naming file, fault and way out, for anything that is not such a file.
    """
    files = _files(path)
    frames = [_read(file, schema, max_bytes) for file in files]
    _check_alike(files, frames)
    return pl.concat(frames, how="diagonal") if len(frames) > 1 else frames[0]


def fingerprint(path: Path) -> str:
    """The sha256 of the file, 64 hex digits; of several files, that of their names and contents."""
    files = _files(path)
    if files == [path]:
        return _sha256(path)
    return hashlib.sha256("".join(f"{file.name}:{_sha256(file)}\n" for file in files).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        if not path.name.lower().endswith(SUFFIXES):
            raise CollectError(path, "is neither CSV nor Parquet", f"Its name must end in {', '.join(SUFFIXES)}.")
        return [path]
    found = path.iterdir() if path.is_dir() else path.parent.glob(path.name)
    files = sorted(file for file in found if file.is_file() and file.name.lower().endswith(SUFFIXES))
    if not files and path.is_dir():
        raise CollectError(path, "is a folder without tables", f"Put files in it that end in {', '.join(SUFFIXES)}.")
    if not files:
        raise CollectError(path, "does not exist", "Check the path, or the folder named in ECREC_SOURCE.")
    return files


def _read(path: Path, schema: pl.Schema, max_bytes: int) -> pl.LazyFrame:
    if path.suffix.lower() == ".parquet":
        return scan_checked(path, max_bytes=max_bytes)
    check_text(path, max_bytes=max_bytes)
    texts = pl.scan_csv(path, infer_schema=False, truncate_ragged_lines=False)
    check_csv(path, texts)
    return with_types(texts.filter(pl.any_horizontal(pl.all().is_not_null())), schema)


def _check_alike(files: list[Path], frames: list[pl.LazyFrame]) -> None:
    """Files of one table have the same columns and types: a filled-up difference would look like missing values."""
    first, *others = (frame.drop("_unreadable", strict=False).collect_schema() for frame in frames)
    for file, schema in zip(files[1:], others, strict=True):
        differing = sorted(name for name in {*first, *schema} if first.get(name) != schema.get(name))
        if differing:
            what = f"has another column '{differing[0]}' than {files[0].name}"
            raise CollectError(file, what, "Files of one table need the same columns and types.")
