"""A tiny shop: every table that features read, made from a few numbers a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

import polars as pl
from hypothesis import strategies as st

from ecrec_assets.features.bought_pairs import bought_pairs
from ecrec_assets.features.household import household_features
from ecrec_assets.features.pair import pair_features
from ecrec_assets.features.product import product_features
from ecrec_assets.features.product_text import ProductTextConfig, product_text_features
from ecrec_assets.features.promotion_exposure import promotion_exposure
from ecrec_assets.features.taste import TasteConfig, taste_vectors
from ecrec_assets.features.trips import trip_features
from ecrec_assets.features.usual_price import usual_price

FIRST_MONDAY = datetime(2016, 12, 26)
TASTES = TasteConfig(size=3, min_buyers=2)
TEXTS = ProductTextConfig(size=3)
WORDS = ("frozen pizza", "whole milk", "chocolate milk", "white bread", "ground coffee", "oat biscuits", "cat food")
CATEGORIES = ("frozen meals", "dairy", "bakery")


class Line(NamedTuple):
    """A product of one basket; the hour of the week it was paid in tells baskets apart. Money is in cents a piece."""

    household: int
    product: int
    week: int
    hour: int = 0
    quantity: int = 1
    shelf: int = 200
    retail: int = 0
    coupon: int = 0

    @property
    def basket(self) -> int:
        return self.household * 100_000 + self.week * 1_000 + self.hour

    @property
    def at(self) -> datetime:
        return FIRST_MONDAY + timedelta(weeks=self.week - 1, hours=self.hour)

    @property
    def paid(self) -> float:
        return self.quantity * (self.shelf - self.retail - self.coupon) / 100


class Promotion(NamedTuple):
    product: int
    week: int
    displayed: int = 3
    mailed: int = 5


@dataclass(frozen=True)
class Shop:
    """Lines, promotions, and how many households and products the roster and the catalogue know."""

    lines: Sequence[Line]
    promotions: Sequence[Promotion] = ()
    households_known: int = 5
    products_known: int = 7

    def with_lines(self, lines: Iterable[Line]) -> Shop:
        return replace(self, lines=tuple(lines))

    def transactions(self) -> pl.LazyFrame:
        rows = [
            (
                line.household,
                1,
                line.basket,
                line.product,
                line.quantity,
                line.quantity * (line.shelf - line.retail) / 100,
                line.quantity * line.retail / 100,
                line.quantity * line.coupon / 100,
                0.0,
                line.week,
                line.at,
                line.shelf / 100,
                (line.shelf - line.retail - line.coupon) / 100,
            )
            for line in self.lines
        ]
        return pl.LazyFrame(rows, schema=TRANSACTIONS, orient="row")

    def households(self) -> pl.LazyFrame:
        return pl.LazyFrame({"household_id": range(1, self.households_known + 1)}, schema={"household_id": pl.Int64})

    def products(self) -> pl.LazyFrame:
        return pl.LazyFrame([_product(number) for number in range(1, self.products_known + 1)], schema=PRODUCTS)

    def promoted(self) -> pl.LazyFrame:
        rows = [(*promotion, promotion.displayed + promotion.mailed) for promotion in self.promotions]
        return pl.LazyFrame(rows, schema=PROMOTIONS, orient="row")


TRANSACTIONS = {
    "household_id": pl.Int64,
    "store_id": pl.Int64,
    "basket_id": pl.Int64,
    "product_id": pl.Int64,
    "quantity": pl.Int64,
    "sales_value": pl.Float64,
    "retail_disc": pl.Float64,
    "coupon_disc": pl.Float64,
    "coupon_match_disc": pl.Float64,
    "week": pl.Int64,
    "transaction_timestamp": pl.Datetime("us"),
    "shelf_price": pl.Float64,
    "paid_price": pl.Float64,
}
PRODUCTS = {
    "product_id": pl.Int64,
    "department": pl.String,
    "brand": pl.String,
    "product_category": pl.String,
    "item_text": pl.String,
    "category_text": pl.String,
    "size_base": pl.Float64,
    "size_base_unit": pl.String,
}
PROMOTIONS = {
    "product_id": pl.Int64,
    "week": pl.Int64,
    "stores_displayed": pl.UInt32,
    "stores_mailed": pl.UInt32,
    "stores": pl.UInt32,
}


def _product(number: int) -> dict[str, object]:
    """Products 1, 4, 7 share a category, as do 2, 5 and 3, 6; even ones are the shop's own; product 4 has no size."""
    category = CATEGORIES[(number - 1) % len(CATEGORIES)]
    sized = number % 4 != 0
    return {
        "product_id": number,
        "department": "GROCERY" if number <= 4 else "OTHER",
        "brand": "Private" if number % 2 == 0 else "National",
        "product_category": category.upper(),
        "item_text": WORDS[(number - 1) % len(WORDS)],
        "category_text": category,
        "size_base": 100.0 * number if sized else None,
        "size_base_unit": "g" if sized else None,
    }


def lines(weeks: st.SearchStrategy[int], *, most: int = 25, least: int = 0) -> st.SearchStrategy[list[Line]]:
    """Lines with at most one of a product in a basket, as the contract of datasets/transactions promises."""
    line = st.builds(
        Line,
        household=st.integers(1, 4),
        product=st.integers(1, 6),
        week=weeks,
        hour=st.integers(0, 167),
        quantity=st.integers(1, 3),
        shelf=st.integers(50, 900),
        retail=st.integers(0, 20),
        coupon=st.sampled_from([0, 0, 10]),
    )
    return st.lists(line, max_size=most, min_size=least, unique_by=lambda line: (line.basket, line.product))


def promotions(weeks: st.SearchStrategy[int]) -> st.SearchStrategy[list[Promotion]]:
    promotion = st.builds(Promotion, st.integers(1, 6), weeks, st.integers(0, 9), st.integers(0, 9))
    return st.lists(promotion, max_size=12, unique_by=lambda promotion: (promotion.product, promotion.week))


Features = Callable[[Shop, int], pl.LazyFrame]

FEATURES: dict[Callable[..., object], Features] = {
    household_features: lambda shop, week: household_features(
        shop.transactions(), shop.households(), shop.products(), cutoff_week=week, tastes=TASTES
    ),
    product_features: lambda shop, week: product_features(
        shop.transactions(), shop.products(), shop.promoted(), cutoff_week=week, tastes=TASTES
    ),
    pair_features: lambda shop, week: pair_features(shop.transactions(), shop.products(), cutoff_week=week),
    product_text_features: lambda shop, week: product_text_features(
        shop.products(), shop.transactions(), cutoff_week=week, config=TEXTS
    ),
    taste_vectors: lambda shop, week: pl.concat(
        taste_vectors(shop.transactions(), cutoff_week=week, config=TASTES), how="diagonal"
    ),
    trip_features: lambda shop, week: trip_features(shop.transactions(), shop.products(), cutoff_week=week),
    bought_pairs: lambda shop, week: bought_pairs(shop.transactions(), cutoff_week=week),
    usual_price: lambda shop, week: usual_price(shop.transactions(), cutoff_week=week),
    promotion_exposure: lambda shop, week: promotion_exposure(shop.promoted(), cutoff_week=week),
}
