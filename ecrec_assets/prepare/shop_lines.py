"""Raw lines of any shop under common names and types, each a sale, something taken back, or with a reason to go."""

from __future__ import annotations

import re

import polars as pl

from ecrec_assets.prepare.cancellations import SALE, TAKEN_BACK
from ecrec_assets.prepare.item_text import clean_text
from ecrec_assets.shop.roles import Roles

REASON = "reason"
NO_ITEM, NO_TIME, NO_GOODS = "no item", "no time", "not a product"
NO_QUANTITY, NEGATIVE, NEGATIVE_PRICE = "no quantity", "negative quantity that is no cancellation", "negative price"


def as_lines(raw: pl.LazyFrame, roles: Roles, *, zone: str) -> pl.LazyFrame:
    """user_id, item_id, basket_id, text (String, null when empty), time (UTC), quantity (positive), price, value, kind
    (sale or taken back) and reason (null: the line counts), one row a raw line.
    """
    user, item = _code(roles.user), _code(roles.item)
    time = _utc(raw, roles.time, zone)
    quantity = pl.col(roles.quantity).cast(pl.Float64) if roles.quantity else pl.lit(1.0)
    price = pl.col(roles.price).cast(pl.Float64) if roles.price else pl.lit(None, dtype=pl.Float64)
    text = clean_text(roles.text) if roles.text else pl.lit(None, dtype=pl.String)
    named = raw.select(
        user_id=user,
        item_id=item,
        basket_id=_code(roles.basket) if roles.basket else None,
        time=time,
        price=price,
        text=text,
        _quantity=quantity,
        _back=_takes_back(roles, quantity),
    )
    return named.select(
        "user_id",
        "item_id",
        pl.col("basket_id").fill_null(_day_of_user(zone)) if not roles.basket else "basket_id",
        "time",
        "price",
        "text",
        quantity=pl.col("_quantity").abs(),
        value=pl.col("_quantity").abs() * pl.col("price"),
        kind=pl.when("_back").then(pl.lit(TAKEN_BACK)).otherwise(pl.lit(SALE)),
        **{REASON: _reason(roles.not_products or ())},
    )


def _code(column: str) -> pl.Expr:
    """A code as text without blanks around it; 17850.0, a whole number of a column with gaps, is 17850."""
    text = pl.col(column).cast(pl.String).str.strip_chars().str.replace(r"^(\d+)\.0$", "${1}")
    return pl.when(text != "").then(text)


def _utc(raw: pl.LazyFrame, column: str, zone: str) -> pl.Expr:
    """The hour that a clock shows twice is the first; the one that it jumps over is an hour later."""
    dtype = raw.collect_schema()[column]
    moment = pl.col(column).cast(pl.Datetime("us", getattr(dtype, "time_zone", None)))
    if getattr(dtype, "time_zone", None):
        return moment.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    local = moment.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    later = moment.dt.offset_by("1h").dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return pl.coalesce(local, later).dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def _takes_back(roles: Roles, quantity: pl.Expr) -> pl.Expr:
    if roles.cancellation is None:
        return (quantity < 0).fill_null(False)
    column = pl.col(roles.cancellation.column).cast(pl.String).str.strip_chars_start()
    return column.str.starts_with(roles.cancellation.starts_with).fill_null(False)


def _day_of_user(zone: str) -> pl.Expr:
    day = pl.col("time").dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.strftime("%Y-%m-%d")
    return pl.concat_str("user_id", day, separator=" ")


def _reason(not_products: tuple[str, ...]) -> pl.Expr:
    """The first reason that holds."""
    goods = pl.col("item_id").str.contains(_pattern(not_products)) if not_products else pl.lit(False)
    return (
        pl.when(pl.col("item_id").is_null())
        .then(pl.lit(NO_ITEM))
        .when(pl.col("time").is_null())
        .then(pl.lit(NO_TIME))
        .when(goods)
        .then(pl.lit(NO_GOODS))
        .when((pl.col("_quantity") == 0) | pl.col("_quantity").is_null() | pl.col("_quantity").is_nan())
        .then(pl.lit(NO_QUANTITY))
        .when((pl.col("_quantity") < 0) & ~pl.col("_back"))
        .then(pl.lit(NEGATIVE))
        .when(pl.col("price") < 0)
        .then(pl.lit(NEGATIVE_PRICE))
    )


def _pattern(codes: tuple[str, ...]) -> str:
    """Whole codes, capitals or not; * is any characters, everything else stands for itself."""
    choices = ("".join(".*" if part == "*" else re.escape(part) for part in re.split(r"(\*)", code)) for code in codes)
    return f"(?i)^(?:{'|'.join(choices)})$"
