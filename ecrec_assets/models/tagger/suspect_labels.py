"""Training without, or with less of, the labels that a teacher who never saw them finds unlikely.

Confident learning prunes suspects and trains on the rest (Northcutt et al., JAIR 2021); a weight or a softer target
keeps what may be a rare but right label.
"""

from __future__ import annotations

import polars as pl

from ecrec_assets.models.tagger.soft_targets import agreement, from_rows


def with_agreement(queries: pl.LazyFrame, answers: pl.LazyFrame) -> pl.LazyFrame:
    """`queries` with `agreement`: the mean share, 0 to 1, that the teacher gives to the label; null outside training.

    `answers` has the columns row (of the training queries, from 0) and soft, as `cross_fitted` gives them.
    """
    rows = queries.collect()
    said = dict(answers.select("row", "soft").collect().iter_rows())
    train = rows.filter(pl.col("split") == "train")
    values = [agreement(tags, from_rows(said[row])) for row, tags in enumerate(train["tags"])]
    agreed = train.with_columns(agreement=pl.Series(values, dtype=pl.Float64))
    others = rows.filter(pl.col("split") != "train").with_columns(agreement=pl.lit(None, pl.Float64))
    return pl.concat([agreed, others]).lazy()


def without_suspects(queries: pl.LazyFrame, *, share: float) -> pl.LazyFrame:
    """Drops the `share` of the training queries with the lowest agreement (ties by words, so always the same ones)."""
    if not 0 <= share < 1:
        raise ValueError(f"the share of dropped training queries is 0 to less than 1, not {share}")
    train = queries.filter(pl.col("split") == "train").sort("agreement", pl.col("tokens").list.join(" "))
    kept = train.filter(pl.int_range(pl.len()) >= share * pl.len())
    return pl.concat([kept, queries.filter(pl.col("split") != "train")])


def weighted_by_agreement(queries: pl.LazyFrame, *, least: float) -> pl.LazyFrame:
    """A `weight` for each training query: its agreement, never under `least`; other splits have weight 1."""
    return queries.with_columns(weight=pl.col("agreement").fill_null(1.0).clip(lower_bound=least))
