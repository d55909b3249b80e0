"""What the users bought afterwards: the answers that the mix and the calibration learn from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

from ecrec_assets.models.recommender.purchases import Purchases


def outcomes(lines: pl.LazyFrame, purchases: Purchases, *, begin: datetime, end: datetime) -> Any:
    """Sparse bool [H, P]: true where a user bought a candidate from `begin` until before `end`."""
    bought = lines.filter(pl.col("time").is_between(begin, end, closed="left")).select("user", "item")
    rows = pl.LazyFrame({"user": purchases.user_ids}).with_row_index("row")
    columns = pl.LazyFrame({"item": purchases.item_ids}).with_row_index("column")
    pairs = bought.unique().join(rows, on="user").join(columns, on="item").select("row", "column")
    row, column = pairs.collect().to_numpy().T
    shape = (len(purchases.user_ids), len(purchases.item_ids))
    return csr_matrix((np.ones(len(row), bool), (row, column)), shape=shape)
