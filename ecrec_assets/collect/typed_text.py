"""Text to the types of a contract, without guessing and without losing what does not fit."""

from __future__ import annotations

import json

import polars as pl

UNREADABLE = "_unreadable"
MOMENTS = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.fZ", "%Y-%m-%d %H:%M")
TRUTH = {"true": True, "false": False, "1": True, "0": False}


def with_types(texts: pl.LazyFrame, schema: pl.Schema) -> pl.LazyFrame:
    """Casts each column of `schema` that `texts` (all String) has; other columns stay text.

    A value that is no value of its type becomes null and goes to the column `_unreadable`: a JSON object of column
    name and text, null in a row where everything was read. NaN, infinity and negative numbers are values.
    """
    present = [name for name in texts.collect_schema() if name in schema]
    typed = {name: _typed(pl.col(name), schema[name]) for name in present}
    lost = [
        pl.when(pl.col(name).is_not_null() & value.is_null()).then(pl.col(name)).alias(name)
        for name, value in typed.items()
    ]
    kept = pl.struct(lost).map_batches(_as_json, return_dtype=pl.String) if lost else pl.lit(None, dtype=pl.String)
    return texts.with_columns(kept.alias(UNREADABLE), **typed)


def _typed(text: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    trimmed = text.str.strip_chars()
    if dtype.is_numeric():
        return trimmed.cast(dtype, strict=False)
    if dtype == pl.Boolean():
        return trimmed.str.to_lowercase().replace_strict(TRUTH, default=None, return_dtype=pl.Boolean)
    if dtype == pl.Date():
        return trimmed.str.to_date("%Y-%m-%d", strict=False)
    if isinstance(dtype, pl.Datetime):
        moments = (trimmed.str.to_datetime(form, time_unit="us", strict=False) for form in MOMENTS)
        return pl.coalesce(*moments, trimmed.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us")))
    return text


def _as_json(lost: pl.Series) -> pl.Series:
    """Only the few rows with something lost are turned to JSON."""
    texts = lost.struct.unnest()
    bad = texts.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    rows = texts.filter(bad).rows(named=True)
    told = [json.dumps({k: v for k, v in row.items() if v is not None}, ensure_ascii=False) for row in rows]
    return pl.Series(lost.name, [None] * len(bad), dtype=pl.String).scatter(bad.arg_true(), told)
