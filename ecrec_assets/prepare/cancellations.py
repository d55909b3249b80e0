"""Cancellations matched to the sales they take back."""

from __future__ import annotations

import numpy as np
import polars as pl

SALE, TAKEN_BACK = "sale", "taken back"
SAME = ("user_id", "item_id", "price")
ORDER = ("time", "kind", "basket_id", "quantity")  # "sale" sorts before "taken back"


def match_cancellations(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Adds `returned_quantity` and `last_return` (time; null: none) to every line; lines keep their order.

    A cancellation takes back the newest pieces that the same user bought of the same item at the same price until then
    and still has: of the newest sale first, then of the one before. Of a sale, `returned_quantity` is what came back;
    of a cancellation, what found a sale. No piece comes back twice. Lines without a user match nothing.

    `lines` has user_id, item_id, price, basket_id, time, kind (sale or taken back) and quantity above 0.
    """
    numbered = lines.with_row_index("_line")
    back = numbered.filter(pl.col("kind") == TAKEN_BACK, pl.col("user_id").is_not_null()).select(SAME).unique()
    events = numbered.join(back, on=SAME, how="semi", nulls_equal=True).filter(pl.col("user_id").is_not_null())
    ordered = events.sort(*SAME, *ORDER, nulls_last=True).with_columns(_group=pl.struct(SAME).rle_id())
    matched = ordered.select("_line", "_group", "time", "quantity", "kind").map_batches(
        _matched, schema=pl.Schema({"_line": pl.UInt32(), "returned_quantity": pl.Float64(), "last_return": MOMENT})
    )
    joined = numbered.join(matched, on="_line", how="left", maintain_order="left")
    return joined.with_columns(pl.col("returned_quantity").fill_null(0.0)).drop("_line")


MOMENT = pl.Datetime("us")


def _matched(events: pl.DataFrame) -> pl.DataFrame:
    """`events` in the order of time within each `_group`."""
    quantity = events["quantity"].to_numpy().astype(float)
    taken, when = take_back(events["_group"].to_numpy(), quantity, (events["kind"] == TAKEN_BACK).to_numpy())
    last = events["time"].gather(pl.Series(np.maximum(when, 0))) if events.height else events["time"]
    return events.select(
        pl.col("_line").cast(pl.UInt32),
        pl.Series("returned_quantity", taken),
        last_return=pl.when(pl.Series(when >= 0)).then(last).cast(MOMENT),
    )


def take_back(group: np.ndarray, quantity: np.ndarray, takes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How much of each event is matched, float64 [n], and which event took from a sale last, int64 [n] (-1: none).

    Events of a group stand together, oldest first. The sales that are still there are a pile; a cancellation takes from
    its top.
    """
    matched, last = np.zeros(len(quantity)), np.full(len(quantity), -1)
    pile: list[int] = []
    before = -1
    for event in range(len(quantity)):
        if group[event] != before:
            pile, before = [], group[event]
        if not takes[event]:
            pile.append(event)
            continue
        wanted = quantity[event]
        while pile and wanted > 0:
            sale = pile[-1]
            taken = min(wanted, quantity[sale] - matched[sale])
            matched[sale] += taken
            matched[event] += taken
            last[sale] = event
            wanted -= taken
            if matched[sale] >= quantity[sale]:
                pile.pop()
    return matched, last
