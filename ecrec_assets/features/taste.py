"""Tastes: the household x product matrix reduced to a few directions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict, Field
from scipy.sparse import csr_matrix

from ecrec_assets.features.bought_pairs import bought_pairs
from ecrec_assets.features.directions import fit_directions, lengths, vector_column
from ecrec_assets.features.windows import as_of


class TasteConfig(BaseModel):
    """How many directions, and which products may shape them."""

    model_config = ConfigDict(frozen=True)

    size: int = Field(16, ge=1, description="directions kept, numbers of a taste vector")
    min_buyers: int = Field(5, ge=1, description="buying households a product needs to shape a taste")
    seed: int = Field(7, description="start of the randomised SVD")


class Tastes(NamedTuple):
    """`households` (household_id, as_of_week, taste_vector, taste_kept) and `products` (product_id, as_of_week,
    taste_vector, taste_weight). The dot product of two vectors says how much the product suits the household.

    taste_kept is the share of a household's purchases that common tastes explain, 0 to 1; taste_weight the length of
    the product's vector, 0 to 1. `products` is all the fitted state there is: a new household's vector is the sum of
    its products' vectors, each times its weight.
    """

    households: pl.LazyFrame
    products: pl.LazyFrame


USUAL_TASTES = TasteConfig()


def taste_vectors(lines: pl.LazyFrame, *, cutoff_week: int, config: TasteConfig = USUAL_TASTES) -> Tastes:
    """Learned from lines up to the cut-off week. A household weighs a product by log(1 + baskets), rows of length 1.

    Households without any common product, and products that too few households bought, have no row.
    """
    pairs = _common(bought_pairs(lines, cutoff_week=cutoff_week), config.min_buyers)
    household_ids, rows = np.unique(pairs["household_id"].to_numpy(), return_inverse=True)
    product_ids, columns = np.unique(pairs["product_id"].to_numpy(), return_inverse=True)
    shape = (len(household_ids), len(product_ids))
    matrix = csr_matrix((pairs["weight"].to_numpy(), (rows, columns)), shape=shape)
    directions = fit_directions(matrix, size=config.size, seed=config.seed)
    placed = matrix @ directions.T
    return Tastes(
        _frame("household_id", household_ids, placed, cutoff_week, taste_kept=lengths(placed) ** 2),
        _frame("product_id", product_ids, directions.T, cutoff_week, taste_weight=lengths(directions.T)),
    )


def _common(pairs: pl.LazyFrame, min_buyers: int) -> pl.DataFrame:
    """Sorted, so that the same purchases give the same matrix whatever order the lines come in."""
    common = pairs.filter(pl.len().over("product_id") >= min_buyers).sort("household_id", "product_id")
    weight = pl.col("baskets").log1p()
    unit = weight / weight.pow(2).sum().sqrt().over("household_id")
    return common.select("household_id", "product_id", weight=unit).collect()


def _frame(key: str, ids: np.ndarray, placed: np.ndarray, cutoff_week: int, **measure: np.ndarray) -> pl.LazyFrame:
    columns = {key: pl.Series(ids, dtype=pl.Int64), "taste_vector": vector_column(placed), **measure}
    return pl.LazyFrame(columns).select(key, as_of(cutoff_week), "taste_vector", *measure)
