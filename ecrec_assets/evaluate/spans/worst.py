"""The worst answers: wrong spans the model was sure of, and queries whose given labels surprise it most."""

from __future__ import annotations

import polars as pl

from ecrec_assets.evaluate.spans.certainty import scored_spans
from ecrec_assets.evaluate.spans.table import span_table

SHOWN = 60
LEAST = 1e-9  # a probability of 0 is no infinite loss
REASONS = ("certain", "loss")


def worst_answers(answers: pl.DataFrame, *, shown: int = SHOWN) -> pl.DataFrame:
    """The `shown` worst queries by each of two measures; `reason` tells which, worst first.

    `certain`: probability of the surest wrong span. `loss`: -log probability of all given tags of the query, in nats.
    `answers` has tokens, tags, predicted, scores (of the predicted tags), given_scores (of the given tags). Out: those,
    with `reason`, `certain` (null without a wrong span), `loss`, and `types`: of spans missed or wrongly found.
    """
    numbered = answers.with_row_index("query").with_columns(pl.col("query").cast(pl.Int64))
    spans = scored_spans(answers["tags"], answers["predicted"], answers["scores"]).filter(~pl.col("right"))
    given = span_table(answers["tags"]).join(span_table(answers["predicted"]), on=spans.columns[:4], how="anti")
    both = pl.concat([spans.select("query", "type"), given.select("query", "type")])
    types = both.group_by("query").agg(types=pl.col("type").unique().sort())
    surest = spans.group_by("query").agg(certain=pl.col("said").max())
    loss = -pl.col("given_scores").list.eval(pl.element().clip(LEAST).log()).list.sum()
    measured = numbered.with_columns(loss=loss).join(types, on="query").join(surest, on="query", how="left")
    parts = [_top(measured, reason, shown) for reason in REASONS]
    columns = ["tokens", "tags", "predicted", "scores", "given_scores"]
    return pl.concat(parts).select("reason", "certain", "loss", "types", *columns)


def _top(measured: pl.DataFrame, reason: str, shown: int) -> pl.DataFrame:
    ranked = measured.filter(pl.col(reason).is_not_null()).sort(reason, "query", descending=[True, False])
    return ranked.head(shown).with_columns(reason=pl.lit(reason))
