"""Lines that are unusual for their product: by price alone, or by price, quantity and discount together."""

from __future__ import annotations

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict, Field
from sklearn.ensemble import IsolationForest

from ecrec_assets.prepare.robust_scale import robust_z
from ecrec_assets.prepare.usual_prices import USUAL, with_usual

GRID = ["_price_z", "_quantity_ratio", "_discount_share"]


class OutlierConfig(BaseModel):
    """Limits of what is usual."""

    model_config = ConfigDict(frozen=True)

    min_lines: int = Field(5, description="lines a product needs before its own median price is trusted")
    price_limit: float = Field(3.5, description="largest usual modified z-score of log price (Iglewicz, Hoaglin 1993)")
    price_floor: float = Field(
        0.1, description="smallest MAD of log price; most prices never move, a tenth is no event"
    )
    score_limit: float = Field(0.6, description="largest score that is surely usual; a random point has 0.5")
    most_unusual: float = Field(0.005, description="largest share of lines that the score may call unusual")
    trees: int = 100
    lines_per_tree: int = Field(4096, description="lines each tree isolates")
    sample: int = Field(100_000, description="lines the forest is fitted on")
    threads: int = 2
    seed: int = 7


def flag_outliers(lines: pl.LazyFrame, config: OutlierConfig) -> pl.LazyFrame:
    """Adds `outlier_score` (isolation score, 0 to 1) and `is_outlier`; no row is removed, order is kept.

    `is_outlier` is true where the price is beyond `price_limit`, or the score beyond `score_limit` and among the
    highest `most_unusual` of all lines: the level of scores moves with the data, their order does not. `lines` has
    product_id, product_type, shelf_price (positive), quantity and discount_share. Collects `lines`.
    """
    measured = _measured(lines, config).collect()
    scored = measured.lazy().join(_scores(measured, config).lazy(), on=GRID, how="left", maintain_order="left")
    unusual = (pl.col("_price_z").abs() > config.price_limit) | pl.col("_rare")
    return scored.with_columns(is_outlier=unusual).drop(*GRID, *USUAL, "log_price", "_rare")


def _measured(lines: pl.LazyFrame, config: OutlierConfig) -> pl.LazyFrame:
    """The three measures, rounded to a grid so that equal lines are scored once."""
    known = with_usual(lines.with_columns(log_price=pl.col("shelf_price").log()), min_lines=config.min_lines)
    price = robust_z(pl.col("log_price"), pl.col(USUAL[0]), pl.col(USUAL[1]), floor=config.price_floor)
    quantity = (pl.col("quantity") / pl.col("usual_quantity")).log()
    return known.with_columns(
        _price_z=_on_grid(price.clip(-20, 20), 1),
        _quantity_ratio=_on_grid(quantity.clip(lower_bound=0), 1),
        _discount_share=_on_grid(pl.col("discount_share"), 2),
    )


def _on_grid(measure: pl.Expr, decimals: int) -> pl.Expr:
    return measure.round(decimals) + 0.0  # -0.0 and 0.0 are one point of the grid


def _scores(measured: pl.DataFrame, config: OutlierConfig) -> pl.DataFrame:
    """`outlier_score` and `_rare` of each distinct point of the grid, whatever the order of rows."""
    points = measured.group_by(GRID).len("lines").sort(GRID)
    if points.is_empty():
        return points.select(*GRID, outlier_score=pl.lit(None, dtype=pl.Float64), _rare=pl.lit(False))
    scored = points.with_columns(outlier_score=pl.Series(_isolation(points, config)))
    ranked = scored.sort("outlier_score", *GRID, descending=True)
    share = pl.col("lines").cum_sum() / measured.height
    rare = (share <= config.most_unusual) & (pl.col("outlier_score") > config.score_limit)
    return ranked.select(*GRID, "outlier_score", _rare=rare)


def _isolation(points: pl.DataFrame, config: OutlierConfig) -> np.ndarray:
    """The isolation score of Liu, Ting and Zhou (2008); points are drawn for the forest as often as lines are there."""
    values = points.select(GRID).to_numpy()
    weights = points["lines"].to_numpy() / points["lines"].sum()
    drawn = np.random.default_rng(config.seed).choice(len(values), size=config.sample, p=weights)
    forest = IsolationForest(
        n_estimators=config.trees,
        max_samples=config.lines_per_tree,
        random_state=config.seed,
        n_jobs=config.threads,
    ).fit(values[drawn])
    scores: np.ndarray = -forest.score_samples(values)
    return scores
