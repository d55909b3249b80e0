"""The model card: what the recommender is, what it may be used for, how good it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecrec_assets.models.recommender.mix import NEW_FEATURES
from ecrec_assets.models.recommender.recency_frequency import FEATURES

if TYPE_CHECKING:
    from ecrec_assets.models.recommender.model import Recommender

CARD = """# Recommender

Ranks the products a household will buy within the next {horizon} weeks and gives each a calibrated probability, Z.

- Trained on purchases up to week {last_week} (as of {as_of:%Y-%m-%d %H:%M} UTC): {households:,} households,
  {candidates:,} candidate products, {pairs:,} bought pairs.
- A candidate was bought by at least {min_households} households. Left out: departments {departments}; categories
  {categories}.
- Bought before: logistic regression on the household's own rhythm. New to the household: on the item score
  (EASE, Steck 2019, penalty {penalty:g}, plus the product's share of buyers, times its trend) and the household's
  visits. Both were fitted on the {horizon} weeks
  before the end of training, and so was the isotonic calibration over all household x candidate pairs.
- A household without history gets what most households bought lately; its reason says so.

## Figures on the held-out weeks

{figures}

By component (NDCG over all candidates, over products new to the household):

{components}

## What weighs how much

{weights}

## Limits

- Z holds for households like those of the training and for the season it was fitted on: the calibration is taken from
  the {horizon} weeks before the end, and a holiday that follows is not in it.
- Most of the gain is repeat purchase. For products new to a household the lists are little better than a good guess.
- Prices and promotions are not read. Who the household is (age, income) is not read either; figures by such groups are
  in the evaluation table.
- Households are pseudonymous; the files hold their ids and purchase counts, and have to be kept like those.
"""
SHOWN = (
    *("ndcg_at_20", "recall_at_20", "precision_at_20", "coverage_at_20", "ndcg_at_20_new", "recall_at_20_new"),
    *("auc", "log_loss", "brier", "ece", "ece_relative", "base_rate"),
    *("threshold", "accuracy", "precision", "recall", "f1"),
)


def model_card(model: Recommender, metrics: pl.DataFrame) -> str:
    """Markdown. `metrics` is the long table of figures: slice, segment, metric, value, support."""
    config = model.config
    return CARD.format(
        horizon=config.horizon_weeks,
        last_week=model.last_week,
        as_of=model.snapshot.as_of,
        households=len(model.household_ids),
        candidates=len(model.product_ids),
        pairs=len(model.snapshot.purchases.product),
        min_households=config.min_households,
        departments=", ".join(config.departments_left_out),
        categories=", ".join(config.categories_left_out),
        penalty=config.ease_penalty,
        figures=_figures(metrics.filter(pl.col("slice") == "all", pl.col("metric").is_in(SHOWN))),
        components=_components(metrics.filter(pl.col("slice") == "model")),
        weights=_weights(model),
    )


def _figures(metrics: pl.DataFrame) -> str:
    rows = metrics.select("metric", "value", "support").iter_rows()
    return "\n".join(
        ["| metric | value | support |", "|---|---|---|", *(f"| {m} | {v:.4g} | {s:,} |" for m, v, s in rows)]
    )


def _components(metrics: pl.DataFrame) -> str:
    ndcg = metrics.filter(pl.col("metric").str.starts_with("ndcg"))
    rows = ndcg.group_by("segment", maintain_order=True).agg("value")
    lines = [f"| {name} | {' | '.join(f'{value:.4f}' for value in values)} |" for name, values in rows.iter_rows()]
    return "\n".join(["| component | all | new |", "|---|---|---|", *lines])


def _weights(model: Recommender) -> str:
    rhythm = zip(FEATURES, model.mix.rhythm.weights, strict=True)
    new = zip(NEW_FEATURES, model.mix.discovery.weights, strict=True)
    lines = [
        f"| {kind} | {name} | {weight:+.3f} |"
        for kind, part in (("bought", rhythm), ("new", new))
        for name, weight in part
    ]
    return "\n".join(["| pair | feature | log-odds per unit |", "|---|---|---|", *lines])
