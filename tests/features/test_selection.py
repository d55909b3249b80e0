from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from ecrec_assets.features.next_purchases import with_next_purchases
from ecrec_assets.features.pair import pair_features
from ecrec_assets.features.selection import SelectionConfig, select_features
from tests.features.shop import Line, Shop

ROWS = 4000
RNG = np.random.default_rng(11)
BOUGHT = RNG.random(ROWS) < 0.2
EXAMPLES = pl.LazyFrame(
    {
        "bought_next": BOUGHT,
        "copy": BOUGHT.astype(float),
        "helpful": BOUGHT + RNG.normal(0, 0.7, ROWS),
        "noise": RNG.normal(0, 1, ROWS),
        "constant": np.ones(ROWS),
        "gap_tells": np.where(BOUGHT, np.nan, RNG.random(ROWS)),
    },
).with_columns(pl.col("gap_tells").fill_nan(None))
FEATURES = ("copy", "helpful", "noise", "constant", "gap_tells")


def test_what_says_nothing_or_never_varies_is_dropped_with_its_reason() -> None:
    selection = select_features(EXAMPLES, FEATURES, outcome="bought_next")
    assert selection.kept == ("copy", "helpful", "gap_tells")
    reasons = dict(selection.table.filter(~pl.col("kept")).select("feature", "reason").iter_rows())
    assert reasons.keys() == {"noise", "constant"}
    assert reasons["noise"].startswith("explains 0.0")
    assert reasons["constant"].startswith("hardly varies: 0, at least 0.0001")


def test_a_feature_that_is_the_outcome_explains_all_of_it_also_by_its_gaps() -> None:
    table = select_features(EXAMPLES, FEATURES, outcome="bought_next").table
    information = dict(table.select("feature", "information").iter_rows())
    assert information["copy"] == pytest.approx(1, abs=1e-3)
    assert information["gap_tells"] == pytest.approx(1, abs=1e-2)
    assert 0.1 < information["helpful"] < 0.9


def test_the_threshold_decides() -> None:
    strict = SelectionConfig(min_information=0.95)
    assert select_features(EXAMPLES, FEATURES, outcome="bought_next", config=strict).kept == ("copy", "gap_tells")


def test_chance_alone_is_not_taken_for_information() -> None:
    """On few rows, bins agree with the outcome by luck; without the correction noise would pass."""
    few = EXAMPLES.head(400)
    config = SelectionConfig(min_information=0.03)
    assert "noise" not in select_features(few, FEATURES, outcome="bought_next", config=config).kept


def test_outcomes_that_are_all_alike_are_refused() -> None:
    with pytest.raises(ValueError, match="every 'bought_next' is alike in 3 rows"):
        select_features(EXAMPLES.filter("bought_next").head(3), FEATURES, outcome="bought_next")


def test_the_outcome_is_what_is_bought_within_the_horizon_after_each_rows_own_cut_off() -> None:
    shop = Shop([Line(1, 1, 1), Line(1, 2, 1), Line(1, 3, 1), Line(1, 1, 5), Line(1, 2, 6), Line(2, 3, 4)])
    lines, products = shop.transactions(), shop.products()
    pairs = pl.concat([pair_features(lines, products, cutoff_week=week) for week in (3, 5)])
    found = with_next_purchases(pairs, lines, horizon_weeks=2).collect()
    bought = found.filter("bought_next").select("household_id", "product_id", "as_of_week").rows()
    assert sorted(bought) == [(1, 1, 3), (1, 2, 5)]
    assert found.height == pairs.collect().height
