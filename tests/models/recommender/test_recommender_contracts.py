"""What the three contracts of the recommender let through and what they stop."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.model import Contract
from ecrec_assets.contracts.odcs import load_contract
from ecrec_assets.evaluate.metric_table import SCHEMA
from ecrec_assets.settings import PROJECT
from ecrec_assets.verdict import Verdict

ROOT = PROJECT / "expectations"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
GOOD = {
    "ece_relative": 0.05,
    "ece": 0.0001,
    "log_loss": 0.008,
    "ndcg_at_20_new": 0.05,
    "ndcg_at_20_over_popularity": 2.8,
}
GROUPS = (
    *(("model", name) for name in ("mix", "recency_frequency", "ease", "popularity")),
    *(("activity", name) for name in ("low", "middle", "high")),
    *((name, "unknown") for name in ("age", "income", "household_size")),
    ("department", "GROCERY"),
)


def contract(key: str) -> Contract:
    return load_contract(ROOT / f"{key}.yaml", ROOT)


def figures() -> pl.DataFrame:
    """Every figure the contract of the model asks for, each of them good."""
    rule = contract("models/recommender").rule("every_figure_is_measured")
    ratios = {name: 1.5 for name in rule.kwargs["value_set"] if "_over_" in name}
    overall = dict.fromkeys(rule.kwargs["value_set"], 0.9) | ratios | GOOD
    rows = [("run", "test", "all", "all", metric, value, 1981) for metric, value in overall.items()]
    rows += [("run", "test", *group, metric, 0.9, 100) for group in GROUPS for metric in ("ndcg_at_20", "auc")]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def judged(frame: pl.DataFrame, key: str, **references: pl.LazyFrame) -> Verdict:
    tables = {f"datasets/{name}": table for name, table in references.items()}
    return audit(frame.lazy(), contract(key), now=NOW, references=tables).verdict


def stopped_by(verdict: Verdict) -> set[str]:
    return {rule.name for rule in verdict.blocking}


def changed(column: pl.Expr, value: float, slice_name: str = "all") -> pl.DataFrame:
    here = (pl.col("slice") == slice_name) & column
    return figures().with_columns(value=pl.when(here).then(value).otherwise("value"))


@pytest.mark.parametrize("key", ["evaluations/recommender", "models/recommender"])
def test_good_figures_pass(key: str) -> None:
    assert judged(figures(), key).passed


WEAK = {
    "ndcg_at_20": (0.357, "lists_are_right"),
    "ndcg_at_20_new": (0.045, "new_products_are_found"),
    "ndcg_at_20_over_recency_frequency": (0.99, "the_mix_is_worth_mixing"),
    "ndcg_at_20_over_popularity": (1.9, "popularity_is_beaten"),
    "ndcg_at_20_new_over_popularity": (1.1, "popularity_is_beaten_on_new_products"),
    "auc": (0.86, "pairs_are_in_order"),
    "ece_relative": (0.2, "z_means_what_it_says"),
    "log_loss_skill": (0.1, "z_says_more_than_the_base_rate"),
    "f1": (0.2, "calls_are_useful"),
    "coverage_at_20": (0.2, "the_shelf_is_shown"),
}


def test_each_figure_below_its_floor_stops_the_model_by_its_own_rule() -> None:
    value = pl.col("metric").replace_strict({name: weak for name, (weak, _) in WEAK.items()}, default=pl.col("value"))
    frame = figures().with_columns(value=pl.when(pl.col("slice") == "all").then(value).otherwise("value"))
    assert stopped_by(judged(frame, "models/recommender")) == {rule for _, rule in WEAK.values()}
    one = changed(pl.col("metric") == "auc", 0.86)
    assert stopped_by(judged(one, "models/recommender")) == {"pairs_are_in_order"}


def test_one_weak_group_stops_the_model() -> None:
    weak = judged(changed(pl.col("segment") == "low", 0.1, "activity"), "models/recommender")
    assert stopped_by(weak) == {"rare_visitors_are_served", "z_is_in_order_for_every_group"}
    unheard = judged(changed(pl.col("metric") == "ndcg_at_20", 0.2, "age"), "models/recommender")
    assert stopped_by(unheard) == {"no_group_is_left_behind"}


@pytest.mark.parametrize("key", ["evaluations/recommender", "models/recommender"])
def test_a_figure_that_is_missing_cannot_pass(key: str) -> None:
    without = figures().filter(pl.col("metric") != "ece_relative")
    assert len(stopped_by(judged(without, key))) == 1


def test_figures_of_two_runs_are_stopped() -> None:
    two = pl.concat([figures(), figures().with_columns(model_run=pl.lit("other"))])
    assert stopped_by(judged(two, "models/recommender")) == {"one_model_is_measured"}


def lists(households: int = 60) -> pl.DataFrame:
    places = pl.DataFrame({"rank": range(1, 21)}, schema={"rank": pl.Int64})
    asked = pl.DataFrame({"household_id": range(households)}, schema={"household_id": pl.Int64})
    chosen = (pl.col("household_id") * 20 + pl.col("rank")).alias("product_id")
    whole = asked.join(places, how="cross").with_columns(
        chosen, score=-pl.col("rank").cast(pl.Float64), z=1 / (1 + pl.col("rank")), reason=pl.lit("bought once, today")
    )
    schema = contract("recommendations/top_items").schema
    return whole.select(list(schema)).cast(dict(schema))


def lists_judged(frame: pl.DataFrame) -> set[str]:
    whole = lists().lazy()
    return stopped_by(judged(frame, "recommendations/top_items", households=whole, products=whole))


def test_whole_lists_pass() -> None:
    assert lists_judged(lists()) == set()


def test_faulty_lists_are_stopped() -> None:
    first = pl.col("household_id") == 0
    twice = lists().with_columns(product_id=pl.when(first).then(1).otherwise("product_id"))
    assert "no_product_twice_in_a_list" in lists_judged(twice)
    assert "every_list_is_full" in lists_judged(lists().filter(~(first & (pl.col("rank") > 10))))
    assert "every_household_has_a_list" in lists_judged(lists().filter(~first))
    assert "z_is_a_probability" in lists_judged(lists().with_columns(z=pl.col("z") * 3))
    assert "reason_is_a_sentence" in lists_judged(lists().with_columns(reason=pl.lit("<script>")))
    assert "product_id_exists_in_datasets_products" in lists_judged(
        lists().with_columns(product_id=pl.col("product_id") + 99)
    )
    same = lists().with_columns(product_id=pl.col("rank"))
    assert lists_judged(same) == {"no_product_fills_the_lists"}
