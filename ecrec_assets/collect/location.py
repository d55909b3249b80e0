"""Any table by one text: a file, a pattern of files, a folder, a Delta table or a table of a database."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import polars as pl

from ecrec_assets.collect.csv_check import check_csv
from ecrec_assets.collect.csv_form import CsvForm, as_utf8, form_of
from ecrec_assets.collect.errors import CollectError
from ecrec_assets.collect.inferred_types import infer, rewritten, typed
from ecrec_assets.collect.parquet_file import scan_checked
from ecrec_assets.collect.typed_text import with_types

CSV = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz")
PARQUET = (".parquet", ".pq")
MAX_BYTES = 2**40  # scans are streamed, so only a bomb is refused


class Source(NamedTuple):
    """What stands at a location. `texts`: every column is text still, to be typed; `form` is the first CSV's."""

    frame: pl.LazyFrame
    texts: bool
    form: CsvForm | None = None


def scan(location: str) -> pl.LazyFrame:
    """The table at a location, its text columns typed by all of their values, its types those a contract can name.

    CollectError when it is missing, empty, no table, or a CSV with a broken line.
    """
    source = open_source(location)
    if source.texts:
        return typed(source.frame, infer(source.frame, decimal_comma=_commas_are_free(source)))
    return nameable(source.frame)


def scan_as(location: str, schema: pl.Schema) -> pl.LazyFrame:
    """The table at a location with the types of a contract, where it is text; what cannot be read as such a type
    becomes null and is kept in `_unreadable`, as the gate wants it (see `with_types`)."""
    source = open_source(location)
    if not source.texts:
        frame = nameable(source.frame)
        late = {name: schema[name] for name, dtype in frame.collect_schema().items() if _late(dtype, schema.get(name))}
        return with_types(frame, pl.Schema(late)) if late and "://" in location else frame
    odd = {
        name: way
        for name, way in infer(source.frame, decimal_comma=_commas_are_free(source)).items()
        if way.plain is not None and schema.get(name) not in (None, pl.String())
    }
    return with_types(rewritten(source.frame, odd), schema)


def stays(location: str) -> bool:
    """Whether reading the table again costs little and gives the same rows: Parquet and Delta, not text or SQL."""
    if "://" in location:
        return False
    path = Path(location).expanduser()
    return (path / "_delta_log").is_dir() or _files(path)[0].name.lower().endswith(PARQUET)


def describe(location: str) -> str:
    """The table in words, without its folder and without a password: `sales.csv (Latin-1, separated by tabs)`."""
    if "://" in location:
        return _hidden(location)
    path = Path(location).expanduser()
    if (path / "_delta_log").is_dir():
        return f"the Delta table {path.name}"
    files = _files(path)
    if files[0].name.lower().endswith(PARQUET):
        return path.name
    return f"{path.name} ({form_of(files[0])})"


def open_source(location: str) -> Source:
    """The table as it is stored."""
    if "://" in location:
        return Source(_from_database(location), texts=False)
    path = Path(location).expanduser()
    if (path / "_delta_log").is_dir():
        return Source(_delta(path), texts=False)
    files = _files(path)
    if files[0].name.lower().endswith(PARQUET):
        frames = [scan_checked(file, max_bytes=MAX_BYTES) for file in files]
        _require_alike(files, frames)
        return Source(pl.concat(frames, how="vertical") if len(frames) > 1 else frames[0], texts=False)
    forms = [form_of(file) for file in files]
    frames = [_texts(file, form) for file, form in zip(files, forms, strict=True)]
    _require_alike(files, frames)
    return Source(pl.concat(frames) if len(frames) > 1 else frames[0], texts=True, form=forms[0])


def nameable(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Types that a contract can name: decimals become floats, categories text, zoned times UTC without zone."""
    casts = {name: cast for name, dtype in frame.collect_schema().items() if (cast := _cast(name, dtype)) is not None}
    return frame.with_columns(**casts) if casts else frame


def _cast(name: str, dtype: pl.DataType) -> pl.Expr | None:
    column = pl.col(name)
    if isinstance(dtype, pl.Datetime):
        column = column if dtype.time_zone is None else column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        return None if dtype == pl.Datetime("us") else column.dt.cast_time_unit("us")
    narrow: dict[type[pl.DataType], pl.DataType] = {
        pl.Int8: pl.Int32(),
        pl.Int16: pl.Int32(),
        pl.UInt8: pl.UInt32(),
        pl.UInt16: pl.UInt32(),
        pl.UInt64: pl.Int64(),
        pl.Decimal: pl.Float64(),
        pl.Null: pl.String(),
        pl.Time: pl.String(),
        pl.Categorical: pl.String(),
        pl.Enum: pl.String(),
    }
    target = next((to for kind, to in narrow.items() if isinstance(dtype, kind)), None)
    return None if target is None else column.cast(target)


def _late(found: pl.DataType, wanted: pl.DataType | None) -> bool:
    """Databases without a date type give text."""
    return found == pl.String() and wanted is not None and wanted != pl.String()


def _commas_are_free(source: Source) -> bool:
    return source.form is not None and source.form.separator != ","


def _from_database(location: str) -> pl.LazyFrame:
    from ecrec_assets.collect.sql import read_sql

    url, _, table = location.partition("#")
    if not table:
        raise CollectError(_hidden(url), "names no table", "Write it behind a #, as in sqlite:///shop.db#orders.")
    return read_sql(url, table=table)


def _hidden(url: str) -> str:
    """The address without user and password."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _delta(path: Path) -> pl.LazyFrame:
    try:
        frame = pl.scan_delta(path)
        frame.collect_schema()
    except Exception as error:  # deltalake's errors share no base, and it may not be imported in this room
        reason = str(error).strip().split("\n")[0]
        raise CollectError(path, f"is a Delta table that cannot be read ({reason})", "Restore its files.") from error
    return frame


def _files(path: Path) -> list[Path]:
    known = (*CSV, *PARQUET)
    if path.is_file():
        if not path.name.lower().endswith(known):
            raise CollectError(path, "is neither CSV nor Parquet", f"Its name must end in {', '.join(known)}.")
        return [path]
    if path.is_dir():
        found = [file for file in sorted(path.iterdir()) if file.name.lower().endswith(known) and file.is_file()]
        if not found:
            raise CollectError(path, "is a folder without tables", f"Put files in it that end in {', '.join(known)}.")
    else:
        found = _matches(path)
    kinds = {file.name.lower().endswith(PARQUET) for file in found}
    if len(kinds) > 1:
        raise CollectError(path, "holds CSV and Parquet files", "Name one kind, as in 'folder/*.csv'.")
    return found


def _matches(path: Path) -> list[Path]:
    known = (*CSV, *PARQUET)
    if not any(sign in str(path) for sign in "*?["):
        raise CollectError(path, "does not exist", "Check the path; tables in a database start with sqlite:// or so.")
    parts = path.parts
    first = next(i for i, part in enumerate(parts) if any(sign in part for sign in "*?["))
    base = Path(*parts[:first])
    found = [file for file in sorted(base.glob(str(Path(*parts[first:])))) if file.name.lower().endswith(known)]
    if not found:
        raise CollectError(path, "matches no file", f"Check the pattern; files end in {', '.join(known)}.")
    return found


def _texts(path: Path, form: CsvForm) -> pl.LazyFrame:
    content = path if form.plain else as_utf8(path, form.encoding)
    texts = pl.scan_csv(content, separator=form.separator, infer_schema=False, truncate_ragged_lines=False)
    encoding = "utf-8-sig" if form.plain else form.encoding
    check_csv(path, texts, separator=form.separator, encoding=encoding)
    return texts.filter(pl.any_horizontal(pl.all().is_not_null()))


def _require_alike(files: list[Path], frames: list[pl.LazyFrame]) -> None:
    """Files of one table have the same columns in the same order."""
    first, *others = (list(frame.collect_schema().items()) for frame in frames)
    for file, schema in zip(files[1:], others, strict=True):
        if schema != first:
            odd = next((ours for ours, theirs in zip(schema, first, strict=False) if ours != theirs), None)
            what = (
                f"has {f'the column {odd[0]} ({odd[1]})' if odd else f'{len(schema)} columns'}, unlike {files[0].name}"
            )
            raise CollectError(file, what, "Files of one table need the same columns and types in the same order.")
