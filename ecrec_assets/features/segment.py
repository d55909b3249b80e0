"""Cross of price band and activity: nine kinds of households."""

from __future__ import annotations

import polars as pl

PRICE_BANDS = ("budget", "middle", "premium")
ACTIVITIES = ("rare", "regular", "frequent")
SEGMENTS = tuple(f"{price}_{activity}" for price in PRICE_BANDS for activity in ACTIVITIES)


def with_segment(households: pl.LazyFrame, *, price: str, activity: str) -> pl.LazyFrame:
    """Adds `segment`, one of SEGMENTS: the third of all households that each of the two columns puts it in.

    Households that tie share a band; one without a price is taken for the middle.
    """
    band = _third(price, PRICE_BANDS).fill_null(PRICE_BANDS[1])
    return households.with_columns(segment=pl.concat_str(band, _third(activity, ACTIVITIES), separator="_"))


def _third(column: str, names: tuple[str, str, str]) -> pl.Expr:
    place = (pl.col(column).rank("average") - 0.5) / pl.col(column).count()
    return (
        pl.when(place < 1 / 3)
        .then(pl.lit(names[0]))
        .when(place < 2 / 3)
        .then(pl.lit(names[1]))
        .when(place.is_not_null())
        .then(pl.lit(names[2]))
    )
