"""The day, week or month of a row."""

from __future__ import annotations

from typing import Literal, NamedTuple

import polars as pl

from ecrec_assets.verdict import PERIOD

STEP = {"day": "1d", "week": "1w", "month": "1mo"}


class Calendar(NamedTuple):
    """Rows belong to the period of `column` in `zone`. A time without zone is one of `zone` already."""

    every: Literal["day", "week", "month"]
    column: str
    zone: str

    def of(self, dtype: pl.DataType) -> pl.Expr:
        """First day of a row's period, Date; null where there is no time. ValueError when `dtype` is no time."""
        column = pl.col(self.column)
        if isinstance(dtype, pl.Datetime):
            zoned = column.dt.convert_time_zone(self.zone) if dtype.time_zone else column
            column = zoned.dt.date()
        elif dtype != pl.Date():
            raise ValueError(f"'{self.column}' is {dtype}, so it has no day; a partition needs a Date or a Datetime")
        return column.dt.truncate(STEP[self.every]).alias(PERIOD)
