"""What the households bought afterwards: the answers that the mix and the calibration learn from."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

from ecrec_assets.models.recommender.purchases import Purchases


def outcomes(lines: pl.LazyFrame, purchases: Purchases, *, first_week: int, last_week: int) -> Any:
    """Sparse bool [H, P]: true where a household bought a candidate within the weeks, both included."""
    bought = lines.filter(pl.col("week").is_between(first_week, last_week)).select("household_id", "product_id")
    rows = pl.LazyFrame({"household_id": purchases.household_ids}).with_row_index("row")
    columns = pl.LazyFrame({"product_id": purchases.product_ids}).with_row_index("column")
    pairs = bought.unique().join(rows, on="household_id").join(columns, on="product_id").select("row", "column")
    row, column = pairs.collect().to_numpy().T
    shape = (len(purchases.household_ids), len(purchases.product_ids))
    return csr_matrix((np.ones(len(row), bool), (row, column)), shape=shape)
