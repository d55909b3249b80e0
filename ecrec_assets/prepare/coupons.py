"""Coupons and their use, each with the campaign it belongs to."""

from __future__ import annotations

import polars as pl


def clean_coupons(coupons: pl.LazyFrame, campaign_descriptions: pl.LazyFrame) -> pl.LazyFrame:
    """Each coupon, product and campaign once, with campaign_type, start_date and end_date of its campaign."""
    campaigns = campaign_descriptions.select(
        "campaign_id", "campaign_type", pl.col("start_date", "end_date").cast(pl.Date)
    )
    facts = coupons.select("coupon_upc", "product_id", "campaign_id").unique()
    return facts.join(campaigns, on="campaign_id").sort("campaign_id", "coupon_upc", "product_id")


def clean_redemptions(redemptions: pl.LazyFrame, campaign_descriptions: pl.LazyFrame) -> pl.LazyFrame:
    """Each redemption once, with its day as a Date and its campaign_type."""
    campaigns = campaign_descriptions.select("campaign_id", "campaign_type")
    facts = redemptions.select(
        "household_id", "coupon_upc", "campaign_id", pl.col("redemption_date").cast(pl.Date)
    ).unique()
    return facts.join(campaigns, on="campaign_id").sort("redemption_date", "household_id", "coupon_upc", "campaign_id")
