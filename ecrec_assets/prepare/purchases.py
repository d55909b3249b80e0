"""Raw lines of any shop, with the roles of their columns, parted into purchases, returns and lines left out."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from ecrec_assets.prepare.cancellations import SALE, TAKEN_BACK, match_cancellations
from ecrec_assets.prepare.shop_lines import REASON, as_lines
from ecrec_assets.shop.roles import Roles

NOT_MATCHED = "unmatched_quantity"


class Parts(NamedTuple):
    """Every raw line stands in exactly one of the three.

    `purchases`: what was bought, with what came back of it. `returns`: lines that take something back, with how much of
    it found its sale. `left_out`: the others, with the reason.
    """

    purchases: pl.LazyFrame
    returns: pl.LazyFrame
    left_out: pl.LazyFrame


class LinesLost(RuntimeError):
    """Lines in are not purchases, returns and lines left out together."""


PURCHASES = ("user_id", "item_id", "basket_id", "time", "quantity", "price", "value")


def part_lines(raw: pl.LazyFrame, roles: Roles, *, zone: str = "UTC") -> Parts:
    """`raw` has the columns that `roles` names; times without a zone are local times of `zone` and become UTC."""
    lines = as_lines(raw, roles, zone=zone)
    kept = lines.filter(pl.col(REASON).is_null())
    matched = match_cancellations(kept)
    return Parts(
        _purchases(matched.filter(pl.col("kind") == SALE)),
        _returns(matched.filter(pl.col("kind") == TAKEN_BACK)),
        lines.filter(pl.col(REASON).is_not_null()).select(REASON, *PURCHASES[:-1], "text"),
    )


def check_accounted(raw: pl.LazyFrame, parts: Parts) -> None:
    """LinesLost, with the numbers, unless every raw line is in one part."""
    lines, *counts = (frame.collect().item() for frame in (each.select(pl.len()) for each in (raw, *parts)))
    if lines != sum(counts):
        purchases, returns, left_out = counts
        raise LinesLost(
            f"{lines:,} lines are not {purchases:,} purchases, {returns:,} returns and {left_out:,} lines left out; "
            "nothing is published. The source gives other lines each time it is read, or this is a fault of ecrec"
        )


def _purchases(sales: pl.LazyFrame) -> pl.LazyFrame:
    """`value` is quantity times price before returns; `returned_at` is when the last piece came back."""
    whole = pl.col("returned_quantity") >= pl.col("quantity")
    return sales.select(
        *PURCHASES,
        "returned_quantity",
        is_returned=whole,
        returned_at=pl.when(whole).then("last_return"),
    )


def _returns(taken_back: pl.LazyFrame) -> pl.LazyFrame:
    return taken_back.select(
        *PURCHASES,
        matched_quantity="returned_quantity",
        **{NOT_MATCHED: pl.col("quantity") - pl.col("returned_quantity")},
    )
