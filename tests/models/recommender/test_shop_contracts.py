"""What the contracts for any shop's recommender let through and what they stop."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.odcs import load_contract
from ecrec_assets.evaluate.metric_table import SCHEMA
from ecrec_assets.settings import PROJECT
from ecrec_assets.verdict import Verdict

ROOT = PROJECT / "expectations" / "shop"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
GROUPS = (
    *(("model", name) for name in ("mix", "recency_frequency", "ease", "popularity")),
    *(("activity", name) for name in ("low", "middle", "high")),
)


def judged(frame: pl.DataFrame, key: str, **references: pl.LazyFrame) -> Verdict:
    tables = {f"datasets/{name}": table for name, table in references.items()}
    return audit(frame.lazy(), load_contract(ROOT / f"{key}.yaml", ROOT), now=NOW, references=tables).verdict


def figures(**changes: float) -> pl.DataFrame:
    """Figures of a model that just passes in a small shop."""
    asked = load_contract(ROOT / "evaluations/recommender.yaml", ROOT).rule("every_figure_is_there").kwargs["value_set"]
    overall = dict.fromkeys(asked, 0.1) | {name: 1.05 for name in asked if "_over_" in name} | {"auc": 0.65} | changes
    rows = [("run", "test", "all", "all", metric, value, 200) for metric, value in overall.items()]
    rows += [("run", "test", *group, metric, 0.6, 100) for group in GROUPS for metric in ("ndcg_at_20", "auc")]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


@pytest.mark.parametrize("key", ["evaluations/recommender", "models/recommender"])
def test_a_model_that_beats_the_simple_ones_passes_in_any_shop(key: str) -> None:
    assert judged(figures(), key).passed


@pytest.mark.parametrize(
    "figure, value, rule",
    [
        ("ndcg_at_20_over_popularity", 1.0, "popularity_is_beaten"),
        ("ndcg_at_20_new_over_popularity", 0.8, "discovery_is_no_worse_than_the_bestsellers"),
        ("auc", 0.55, "pairs_are_in_order"),
        ("log_loss_skill", -0.01, "z_says_more_than_the_base_rate"),
    ],
)
def test_a_model_that_does_not_is_stopped_by_the_rule_that_says_so(figure: str, value: float, rule: str) -> None:
    assert [each.name for each in judged(figures(**{figure: value}), "models/recommender").blocking] == [rule]


def test_a_mix_below_its_own_part_is_only_warned_of() -> None:
    verdict = judged(figures(ndcg_at_20_over_recency_frequency=0.97), "models/recommender")
    assert verdict.passed and not verdict.rule("the_mix_is_worth_mixing").passed


def lists() -> pl.DataFrame:
    rows = [(f"u{user}", f"i{user}-{rank}", rank, 0.0, 0.5) for user in range(30) for rank in range(1, 21)]
    schema = {"user_id": pl.String, "item_id": pl.String, "rank": pl.Int64, "score": pl.Float64, "z": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        reason=pl.lit("because you bought BANK CHARGES")
    )


def stopped_by(frame: pl.DataFrame) -> set[str]:
    bought = pl.concat([lists().select("user_id"), pl.DataFrame({"user_id": [None]}, schema={"user_id": pl.String})])
    verdict = judged(frame, "recommendations/top_items", purchases=bought.lazy(), catalogue=lists().lazy())
    return {rule.name for rule in verdict.blocking}


def test_whole_lists_pass_though_some_lines_have_no_user() -> None:
    assert stopped_by(lists()) == set()


def test_faulty_lists_are_stopped() -> None:
    first = pl.col("user_id") == "u0"
    assert stopped_by(lists().filter(~first)) == {"every_customer_has_a_list"}
    assert stopped_by(lists().with_columns(reason=pl.lit("because you bought <img src=x>"))) == {"reason_is_a_sentence"}
    twice = lists().with_columns(item_id=pl.when(first).then(pl.lit("i0-1")).otherwise("item_id"))
    assert stopped_by(twice) == {"no_item_twice_in_a_list"}
