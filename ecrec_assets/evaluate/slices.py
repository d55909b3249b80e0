"""Groups that a mean may hide: by activity, by what the user answered, by a column of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

UNKNOWN, UNNAMED = "unknown", "UNKNOWN"


def user_segments(
    user_ids: np.ndarray, lines: pl.LazyFrame, users: pl.LazyFrame | None, *, key: str, columns: Sequence[str] = ()
) -> pl.DataFrame:
    """One row a user, in the order given, with `user`, `activity` and each of `columns` of `users` as text.

    Activity is the third of the users by number of baskets in `lines` (user and basket, training only), ties by user
    id. A user that is missing from `users`, whose ids are in `key`, or did not answer, is 'unknown'. ValueError for
    columns without a table.
    """
    if columns and users is None:
        raise ValueError(f"{', '.join(columns)} are columns of a table of users, and there is none")
    asked = pl.LazyFrame({"user": user_ids})
    baskets = lines.group_by("user").agg(baskets=pl.col("basket").n_unique())
    joined = asked.join(baskets, on="user", how="left", maintain_order="left")
    if users is not None:
        told = users.select(pl.col(key).alias("user"), *columns)
        joined = joined.join(told, on="user", how="left", maintain_order="left")
    answers = [pl.col(column).fill_null(UNKNOWN) for column in columns]
    return joined.select("user", _third(pl.col("baskets").fill_null(0)).alias("activity"), *answers).collect()


def item_groups(item_ids: np.ndarray, items: pl.LazyFrame, *, key: str, column: str | None) -> np.ndarray:
    """The value of `column` of each item, object [P]; 'UNKNOWN' where the catalogue has none. Without a column [0]."""
    if column is None:
        return np.empty(0, dtype=object)
    asked = pl.LazyFrame({"item": item_ids})
    known = items.select(item=key, group=column).unique("item", keep="first", maintain_order=True)
    joined = asked.join(known, on="item", how="left", maintain_order="left")
    return joined.select(pl.col("group").fill_null(UNNAMED)).collect().to_series().to_numpy()


def _third(baskets: pl.Expr) -> pl.Expr:
    order = pl.struct(baskets.alias("baskets"), "user").rank("ordinal") - 1
    third = order * 3 // pl.len()
    return pl.when(third == 0).then(pl.lit("low")).when(third == 1).then(pl.lit("middle")).otherwise(pl.lit("high"))
