"""A small made-up shop whose households have rhythms that a recommender can find."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl

from ecrec_assets.models.recommender.columns import Columns
from ecrec_assets.models.recommender.config import RecommenderConfig

HOUSEHOLDS, PRODUCTS, WEEKS, LAST = 60, 40, 16, 12
START = datetime(2017, 1, 2)
END = START + timedelta(weeks=LAST)  # of training


def shop_lines(seed: int = 3) -> pl.DataFrame:
    """Each household has five favourites of its taste (one of four) that it buys most weeks, and tries others."""
    draw = np.random.default_rng(seed)
    rows = []
    for household in range(HOUSEHOLDS):
        taste = np.arange(household % 4, PRODUCTS, 4)
        favourites = draw.choice(taste, 5, replace=False)
        for week in range(1, WEEKS + 1):
            if draw.random() < 0.2:
                continue
            often = favourites[draw.random(5) < 0.7]
            tried = draw.choice(taste if draw.random() < 0.8 else PRODUCTS, 1)
            day = START + timedelta(days=7 * (week - 1) + int(draw.integers(7)), minutes=int(draw.integers(600)))
            rows += [(household + 1, week * 1000 + household, int(p) + 100, day, week) for p in {*often, *tried}]
    schema = ["household_id", "basket_id", "product_id", "transaction_timestamp", "week"]
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        pl.col("transaction_timestamp").cast(pl.Datetime("us")), quantity=pl.lit(1, pl.Int64)
    )


def shop_products() -> pl.DataFrame:
    ids = np.arange(100, 100 + PRODUCTS)
    department = np.where(ids % 2 == 0, "GROCERY", "PRODUCE")
    return pl.DataFrame({"product_id": ids, "department": department}).with_columns(product_category=pl.lit("FOOD"))


def small_config(**changes: object) -> RecommenderConfig:
    return RecommenderConfig.model_validate(
        {
            "columns": Columns(zone="UTC"),
            "min_buyers": 2,
            "ease_penalty": 20,
            "pairs_kept": 0.5,
            "pairs_enough": 0,
            "block": 16,
        }
        | changes
    )
