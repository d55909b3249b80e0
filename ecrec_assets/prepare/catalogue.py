"""One entry an item: what it is called, what it costs, when it was sold."""

from __future__ import annotations

import polars as pl

from ecrec_assets.prepare.cancellations import SALE
from ecrec_assets.prepare.item_text import is_note
from ecrec_assets.prepare.shop_lines import REASON, as_lines
from ecrec_assets.shop.roles import Roles

ODD = 0.05  # share of lines from which a way of writing is the shop's own


def item_catalogue(raw: pl.LazyFrame, roles: Roles, *, zone: str = "UTC") -> pl.LazyFrame:
    """item_id, text, texts (how many different ones), price (median), first_seen, last_seen, lines; sorted by item_id.

    `text` is the most frequent good name: of lines with a price first, the longer one of two as frequent, then in
    alphabetical order. A remark of the stock keeper is no name; an item that has nothing else has no text.
    """
    lines = as_lines(raw, roles, zone=zone).filter(pl.col(REASON).is_null())
    sales = lines.filter(pl.col("kind") == SALE)
    facts = sales.group_by("item_id").agg(
        texts=pl.col("text").n_unique() - pl.col("text").is_null().any().cast(pl.UInt32),
        price=pl.col("price").filter(pl.col("price") > 0).median(),
        first_seen=pl.col("time").min(),
        last_seen=pl.col("time").max(),
        lines=pl.len(),
    )
    joined = facts.join(_names(sales), on="item_id", how="left").sort("item_id")
    return joined.select("item_id", "text", pl.col("texts", "lines").cast(pl.Int64), "price", "first_seen", "last_seen")


def _names(sales: pl.LazyFrame) -> pl.LazyFrame:
    """item_id and its text."""
    said = sales.filter(pl.col("text").is_not_null()).group_by("item_id", "text")
    counted = said.agg(said=pl.len(), priced=(pl.col("price").fill_null(1) > 0).any())
    odd = (_share_without_capitals() < ODD) & _without_capitals()
    note = pl.col("text").map_batches(_notes, return_dtype=pl.Boolean) | odd
    good = counted.with_columns(note=note).filter(~pl.col("note"))
    best = good.with_columns(length=pl.col("text").str.len_chars()).sort(
        "item_id", "priced", "said", "length", "text", descending=[False, True, True, True, False]
    )
    return best.unique("item_id", keep="first", maintain_order=True).select("item_id", "text")


def _without_capitals() -> pl.Expr:
    return ~pl.col("text").str.contains(r"\p{Lu}")


def _share_without_capitals() -> pl.Expr:
    """Of all lines; a shop that writes its names so means names."""
    return (_without_capitals() * pl.col("said")).sum() / pl.col("said").sum()


def _notes(texts: pl.Series) -> pl.Series:
    return pl.Series(texts.name, [is_note(text) for text in texts], dtype=pl.Boolean)
