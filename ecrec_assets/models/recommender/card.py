"""The model card: what the recommender is, what it may be used for, how good it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecrec_assets.models.recommender.mix import NEW_FEATURES
from ecrec_assets.models.recommender.recency_frequency import FEATURES

if TYPE_CHECKING:
    from ecrec_assets.models.recommender.model import Recommender

CARD = """# Recommender

Ranks what a {buyer} will buy within the next {horizon} and gives each item a calibrated probability, Z.

- Trained on purchases before {until:%Y-%m-%d %H:%M} (the last one {as_of:%Y-%m-%d %H:%M}), UTC: {users:,} {buyers},
  {candidates:,} candidate items, {pairs:,} bought pairs.
- A candidate was bought by at least {min_buyers} {buyers}. Left out: {left_out}.
- Bought before: logistic regression on the {buyer}'s own rhythm. New to the {buyer}: on the item score
  (EASE, Steck 2019, penalty {penalty:g}, plus the item's share of buyers, times its trend) and the {buyer}'s
  visits. Both were fitted on the {days} days before the end of training, and so was the isotonic calibration over all
  {buyer} x candidate pairs.
- A {buyer} without history gets what most {buyers} bought lately; its reason says so.

## Figures on the held-out days

{figures}

By component (NDCG over all candidates, over items new to the {buyer}):

{components}

## What weighs how much

{weights}

## Limits

- Z holds for {buyers} like those of the training and for the season it was fitted on: the calibration is taken from
  the {days} days before the end, and a holiday that follows is not in it.
- Most of the gain is repeat purchase. For items new to a {buyer} the lists are little better than a good guess.
- Prices and promotions are not read. Who the {buyer} is (age, income) is not read either; figures by such groups, where
  they are known, are in the evaluation table.
- The files hold the ids and purchase counts of the {buyers}, and have to be kept like those.
"""
SHOWN = (
    *("ndcg_at_20", "recall_at_20", "precision_at_20", "coverage_at_20", "ndcg_at_20_new", "recall_at_20_new"),
    *("auc", "log_loss", "brier", "ece", "ece_relative", "base_rate"),
    *("threshold", "accuracy", "precision", "recall", "f1"),
)


def model_card(model: Recommender, metrics: pl.DataFrame) -> str:
    """Markdown. `metrics` is the long table of figures: slice, segment, metric, value, support."""
    config = model.config
    left_out = (f"{column} {', '.join(values)}" for column, values in config.left_out.items())
    return CARD.format(
        buyer=config.buyer,
        buyers=config.buyers,
        horizon=config.horizon,
        days=config.horizon_days,
        until=model.until,
        as_of=model.snapshot.as_of,
        users=len(model.user_ids),
        candidates=len(model.item_ids),
        pairs=len(model.snapshot.purchases.item),
        min_buyers=config.min_buyers,
        left_out="; ".join(left_out) or "nothing",
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
