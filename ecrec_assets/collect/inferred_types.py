"""Types of a text table, inferred from every value: a column becomes a number or a time only when all of it is one.

Leading zeros stay text (`00123` is a code), so do columns with anything that does not fit, and dates that could be read
with the day or the month first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import polars as pl

from ecrec_assets.collect.typed_text import with_types

SAMPLE = 2_000  # rows of each file's head that rule most types out before the whole is read
WHOLE = r"^-?(0|[1-9]\d{0,17})$"
NUMBER = r"^-?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?$|^(NaN|nan|-?inf)$"
COMMA_NUMBER = r"^-?(\d{1,3}(\.\d{3})+|0|[1-9]\d*)(,\d+)?$"
THOUSANDS = r"^-?\d{1,3},\d{3}$"
DAYS = {"%Y-%m-%d": "-", "%Y/%m/%d": "/", "%d.%m.%Y": ".", "%d/%m/%Y": "/", "%m/%d/%Y": "/", "%d-%b-%Y": "-"}
CLOCKS = (" %H:%M", " %H:%M:%S", " %H:%M:%S%.f", "T%H:%M:%S%.f", "T%H:%M:%S%.fZ", "T%H:%M:%S%.f%:z", " %H:%M:%S%.f%:z")


class Writing(NamedTuple):
    """One way to write a type: which texts fit it, and how they read as `with_types` has them."""

    dtype: pl.DataType
    form: str
    fits: Callable[[pl.Expr], pl.Expr]
    plain: Callable[[pl.Expr], pl.Expr] | None = None


def infer(texts: pl.LazyFrame, *, decimal_comma: bool = False) -> dict[str, Writing]:
    """How each column of an all-text frame is written; a column that stays text is left out. Reads the frame twice."""
    ways = [way for way in WRITINGS if decimal_comma or way.form != "comma"]
    columns = texts.collect_schema().names()
    possible = _fitting(texts.head(SAMPLE), dict.fromkeys(columns, ways))
    return {name: found for name, fit in _fitting(texts, possible).items() if (found := _one(fit)) is not None}


def rewritten(texts: pl.LazyFrame, writings: dict[str, Writing]) -> pl.LazyFrame:
    """The texts with every unusual number or date in the form `with_types` reads; what does not fit stays as it is."""
    plain = {
        name: pl.coalesce(way.plain(pl.col(name).str.strip_chars()), pl.col(name))
        for name, way in writings.items()
        if way.plain is not None
    }
    return texts.with_columns(**plain) if plain else texts


def typed(texts: pl.LazyFrame, writings: dict[str, Writing]) -> pl.LazyFrame:
    """The frame with its inferred types."""
    schema = pl.Schema({name: way.dtype for name, way in writings.items()})
    return with_types(rewritten(texts, writings), schema).drop("_unreadable")


def _fitting(texts: pl.LazyFrame, ways: dict[str, list[Writing]]) -> dict[str, list[Writing]]:
    """Those of the ways in which every value of a column is written; none for a column without values."""
    asked = [(name, way) for name, each in ways.items() for way in each]
    if not asked:
        return {}
    trimmed = {name: pl.col(name).str.strip_chars() for name in ways}
    tests = [way.fits(trimmed[name]).all().alias(str(i)) for i, (name, way) in enumerate(asked)]
    there = [pl.col(name).is_not_null().any().alias(f"has {name}") for name in ways]
    found = texts.select(*tests, *there).collect(engine="streaming").row(0, named=True)
    kept: dict[str, list[Writing]] = {name: [] for name in ways}
    for i, (name, way) in enumerate(asked):
        if found[str(i)] and found[f"has {name}"]:
            kept[name].append(way)
    return {name: each for name, each in kept.items() if each}


def _one(fitting: list[Writing]) -> Writing | None:
    """The narrowest; None when a date may be read two ways."""
    days = {way.form.split("%H")[0].rstrip(" T") for way in fitting if way.dtype.is_temporal()}
    return None if len(days) > 1 else (fitting[0] if fitting else None)


def _matching(pattern: str) -> Callable[[pl.Expr], pl.Expr]:
    return lambda text: text.str.contains(pattern)


def _comma_fits(text: pl.Expr) -> pl.Expr:
    """`1,250` alone could be thousands, so at least one value has to have other than three decimals."""
    surely = (text.str.contains(",") & ~text.str.contains(THOUSANDS)).any()
    return text.str.contains(COMMA_NUMBER) & surely


def _point(text: pl.Expr) -> pl.Expr:
    point = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    return pl.when(text.str.contains(COMMA_NUMBER)).then(point)


def _day(form: str) -> Writing:
    def read(text: pl.Expr) -> pl.Expr:
        return text.str.to_date(form, strict=False)

    plain = None if form == "%Y-%m-%d" else lambda text: read(text).dt.to_string("%Y-%m-%d")
    return Writing(pl.Date(), form, lambda text: read(text).is_not_null(), plain)


def _moment(day: str, clock: str) -> Writing:
    form = day + clock

    def read(text: pl.Expr) -> pl.Expr:
        parsed = text.str.to_datetime(form, time_unit="us", time_zone="UTC" if "%:z" in form else None, strict=False)
        return parsed.dt.replace_time_zone(None) if "%:z" in form else parsed

    return Writing(
        pl.Datetime("us"),
        form,
        lambda text: read(text).is_not_null(),
        lambda text: read(text).dt.to_string("%Y-%m-%dT%H:%M:%S%.6f"),
    )


def _writings() -> Iterable[Writing]:
    yield Writing(pl.Boolean(), "true/false", _matching(r"^(?i:true|false)$"))
    yield Writing(pl.Int64(), "whole", _matching(WHOLE))
    yield Writing(pl.Float64(), "number", _matching(NUMBER))
    yield Writing(pl.Float64(), "comma", _comma_fits, _point)
    for day in DAYS:
        yield _day(day)
        for clock in CLOCKS:
            yield _moment(day, clock)


WRITINGS = tuple(_writings())
