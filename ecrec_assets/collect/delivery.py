"""One delivered file: whether it can be read, and the periods it has lines of. It is looked at once."""

from __future__ import annotations

import csv
import hashlib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from ecrec_assets.collect.csv_check import check_csv
from ecrec_assets.collect.csv_form import CsvForm, as_utf8, open_text
from ecrec_assets.collect.errors import CollectError
from ecrec_assets.collect.files import MAX_BYTES, SUFFIXES
from ecrec_assets.collect.parquet_file import scan_checked
from ecrec_assets.collect.periods import Calendar
from ecrec_assets.collect.text_check import check_text
from ecrec_assets.collect.typed_text import UNREADABLE, with_types


class Shape(NamedTuple):
    """What every file of a table has to be: its columns, how a CSV is written, and what its periods are."""

    schema: pl.Schema
    form: CsvForm = CsvForm()
    calendar: Calendar | None = None

    @property
    def digest(self) -> str:
        """Changes when a file has to be looked at again."""
        return hashlib.sha256(repr((sorted(self.schema.items()), self.form, self.calendar)).encode()).hexdigest()[:16]


class Delivery(NamedTuple):
    """A file as it was looked at. Periods are days since 1970-01-01 of their first day, each with its lines.

    `home` is the period most lines are of (the later one when two are equal); lines without a time count for it.
    `columns` are its own, in its order. `error` says why a file cannot be read; then only its bytes are known.
    """

    path: str
    state: str
    sha256: str
    rows: int = 0
    home: int | None = None
    periods: dict[int, int] = {}  # noqa: RUF012 (never changed)
    columns: tuple[str, ...] = ()
    error: str = ""

    def lines_in(self, first: int, last: int) -> bool:
        """Whether it has a line of these periods."""
        return any(first <= period <= last for period in self.periods)

    def to_plain(self) -> dict[str, Any]:
        return self._asdict()

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Delivery:
        periods = {int(period): lines for period, lines in plain["periods"].items()}
        return cls(**{**plain, "periods": periods, "columns": tuple(plain["columns"])})


def state_of(path: Path) -> str:
    """Size and time of change: while they stay, the file is taken to be the same."""
    found = path.stat()
    return f"{found.st_size}:{found.st_mtime_ns}"


def look_at(path: Path, shape: Shape) -> Delivery:
    """Reads the file once, everything but its periods forgotten. A fault is told in `error`, not raised."""
    try:
        state = state_of(path)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return Delivery(str(path), "", "", error=f"{path}: cannot be read ({error.strerror or error})")
    try:
        frame = checked(path, shape)
        counts = _counts(frame, shape)
    except CollectError as error:
        return Delivery(str(path), state, sha256, error=str(error))
    dated = {period: lines for period, lines in counts.items() if period is not None}
    home = max(dated, key=lambda period: (dated[period], period), default=None)
    undated = counts.get(None, 0)
    if undated and home is not None:
        dated[home] += undated
    rows = sum(dated.values()) or undated
    return Delivery(str(path), state, sha256, rows, home, dated, tuple(frame.collect_schema()))


def checked(path: Path, shape: Shape) -> pl.LazyFrame:
    """A scan of a file that is whole and has the columns of the contract; CSV as text. CollectError else."""
    name = path.name.lower()
    if name.endswith(".parquet"):
        frame = scan_checked(path, max_bytes=MAX_BYTES)
        _check_columns(path, {name: str(dtype) for name, dtype in frame.collect_schema().items()}, shape, typed=True)
        return frame
    if not name.endswith(SUFFIXES):
        raise CollectError(path, "is neither CSV nor Parquet", f"Its name must end in {', '.join(SUFFIXES)}.")
    if shape.form.plain:
        check_text(path, max_bytes=MAX_BYTES)
    _check_columns(path, dict.fromkeys(_header(path, shape.form), "text"), shape, typed=False)
    frame = texts(path, shape.form)
    check_csv(path, frame, separator=shape.form.separator, encoding=_python_name(shape.form))
    return frame


def texts(path: Path, form: CsvForm) -> pl.LazyFrame:
    """A CSV with every value as text, empty lines left out."""
    content = path if form.plain else as_utf8(path, form.encoding)
    frame = pl.scan_csv(content, separator=form.separator, infer_schema=False, truncate_ragged_lines=False)
    return frame.filter(pl.any_horizontal(pl.all().is_not_null()))


def _counts(frame: pl.LazyFrame, shape: Shape) -> dict[int | None, int]:
    if shape.calendar is None:
        return {None: frame.select(pl.len()).collect(engine="streaming").item()}
    column = shape.calendar.column
    times = with_types(frame.select(column), shape.schema).drop(UNREADABLE) if _is_text(frame, column) else frame
    period = shape.calendar.of(times.collect_schema()[column]).cast(pl.Int32)
    counts = times.select(period.alias("period")).group_by("period").len().collect(engine="streaming")
    return dict(counts.iter_rows())


def _is_text(frame: pl.LazyFrame, column: str) -> bool:
    return frame.collect_schema()[column] == pl.String()


def _header(path: Path, form: CsvForm) -> list[str]:
    try:
        with open_text(path, _python_name(form)) as file:
            return next(csv.reader(file, delimiter=form.separator), [])
    except (UnicodeError, OSError) as error:
        raise CollectError(path, f"is not {form.encoding} text", "Check 'csv.encoding' of its source.") from error


def _python_name(form: CsvForm) -> str:
    return "utf-8-sig" if form.plain else form.encoding


def _check_columns(path: Path, found: dict[str, str], shape: Shape, *, typed: bool) -> None:
    """A file with other columns than the contract's is refused by name; the other files of the table go on."""
    if len(found) == 1 and len(shape.schema) > 1 and any(sign in next(iter(found)) for sign in ",;\t|"):
        what = f"line 1 is one column, '{next(iter(found))}'"
        raise CollectError(path, what, "Say how the file is written: 'csv: {separator: \";\"}' in its source.")
    for name, dtype in shape.schema.items():
        if name not in found:
            near = get_close_matches(name, [other for other in found if other not in shape.schema], n=1, cutoff=0.5)
            named = f"; is it called '{near[0]}' now?" if near else ""
            raise CollectError(path, f"line 1 has no column '{name}'{named}", "Deliver the columns of the contract.")
        if typed and found[name] != str(dtype):
            raise CollectError(path, f"column '{name}' is {found[name]}, not {dtype}", "Write it with the right type.")
    extra = [name for name in found if name not in shape.schema]
    if extra:
        what = f"has a column '{extra[0]}' that the contract does not know"
        raise CollectError(path, what, "Add it to the contract, or leave it out.")
