"""Whatever comes in: no row is lost or made up, and every quarantined row breaks the rules it names."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrec_assets.contracts.model import Condition
from tests.contracts.contracts import audited, rule

FLOATS = st.one_of(st.none(), st.sampled_from([0.0, -0.0, 1.0, 2.5, -7.0, math.nan, math.inf, -math.inf]))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.one_of(st.none(), st.integers(0, 4)),
            "amount": FLOATS,
            "kind": st.one_of(st.none(), st.sampled_from(["a", "b", "odd one"])),
            "product": st.one_of(st.none(), st.integers(0, 6)),
        }
    ),
    max_size=30,
)
SCHEMA = {"key": pl.Int64, "amount": pl.Float64, "kind": pl.String, "product": pl.Int64}
REFERENCES = {"raw/products": pl.LazyFrame({"id": [0, 1, 2, 3]})}

SMALL_KEY = (Condition("key", "<", 3),)
NOT_B = (Condition("kind", "!=", "b"),)
RULES = [
    rule("expect_column_values_to_not_be_null", "present", column="amount", mostly=0.1),
    rule("expect_column_list_values_to_be_finite", "finite", column_list=["amount"], mostly=0.1),
    rule("expect_column_list_to_be_a_key", "key", column_list=["key"], mostly=0.1),
    rule("expect_rows_to_be_distinct", "distinct", mostly=0.1),
    rule("expect_column_values_to_be_in_set", "known", column="kind", value_set=["a", "b"], mostly=0.1),
    rule("expect_column_values_to_match_regex", "word", column="kind", regex="^[a-z]+$", where=SMALL_KEY),
    rule("expect_column_values_to_be_between", "range", column="amount", min_value=-1, where=NOT_B),
    rule(
        "expect_column_values_to_exist_in_reference", "there", column="product", reference="raw/products",
        reference_column="id",
    ),
    rule("expect_column_values_to_be_unique", "single", column="product"),
    rule("expect_compound_columns_to_be_unique", "pair", column_list=["key", "kind"]),
    rule("expect_expression_to_hold", "sum", left={"add": ["key", "product"]}, operator="<=", right=8),
    rule("expect_column_values_to_be_between", "only_noted", column="product", max_value=0, on_fail="block"),
]  # fmt: skip

Row = dict[str, Any]


def missing(value: Any) -> bool:
    return value is None or value != value


def same(left: Row, right: Row, names: list[str]) -> bool:
    return all((missing(left[n]) and missing(right[n])) or left[n] == right[n] for n in names)


def earlier(rows: list[Row], index: int, names: list[str]) -> bool:
    return any(same(rows[index], row, names) for row in rows[:index])


def again(rows: list[Row], index: int, names: list[str]) -> bool:
    return any(same(rows[index], row, names) for i, row in enumerate(rows) if i != index)


# Each rule said once more, row by row in Python.
BREAKS: dict[str, Callable[[list[Row], int], bool]] = {
    "present": lambda rows, i: missing(rows[i]["amount"]),
    "finite": lambda rows, i: rows[i]["amount"] is not None and not math.isfinite(rows[i]["amount"]),
    "key": lambda rows, i: rows[i]["key"] is None or earlier(rows, i, ["key"]),
    "distinct": lambda rows, i: earlier(rows, i, list(SCHEMA)),
    "known": lambda rows, i: rows[i]["kind"] == "odd one",
    "word": lambda rows, i: rows[i]["kind"] == "odd one" and rows[i]["key"] is not None and rows[i]["key"] < 3,
    "range": lambda rows, i: not missing(rows[i]["amount"]) and rows[i]["amount"] < -1 and rows[i]["kind"] != "b",
    "there": lambda rows, i: rows[i]["product"] is not None and rows[i]["product"] > 3,
    "single": lambda rows, i: rows[i]["product"] is not None and again(rows, i, ["product"]),
    "pair": lambda rows, i: (
        not (missing(rows[i]["key"]) and missing(rows[i]["kind"])) and again(rows, i, ["key", "kind"])
    ),
    "sum": lambda rows, i: None not in (rows[i]["key"], rows[i]["product"]) and rows[i]["key"] + rows[i]["product"] > 8,
}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_rows_part_exactly_by_the_rules_they_break(rows: list[Row]) -> None:
    check(rows)


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_rows_part_exactly_by_the_rules_they_break_at_length(rows: list[Row]) -> None:
    check(rows)


def check(rows: list[Row]) -> None:
    frame = pl.LazyFrame(rows, schema=SCHEMA).with_row_index("row")
    rules = [r for r in RULES if r.name != "distinct"]
    rules.append(rule("expect_rows_to_be_distinct", "distinct", column_list=list(SCHEMA), mostly=0.1))
    verdict, split = audited(frame, *rules, references=REFERENCES)
    clean, quarantined = split.clean.collect(), split.quarantined.collect()

    assert [result.error for result in verdict.rules if result.error] == []
    assert verdict.rows_in == len(rows) == clean.height + quarantined.height
    assert verdict.rows_quarantined == quarantined.height
    assert clean["row"].is_sorted()
    assert quarantined["row"].is_sorted()
    assert sorted([*clean["row"], *quarantined["row"]]) == list(range(len(rows)))

    expected = {i: {name for name, breaks in BREAKS.items() if breaks(rows, i)} for i in range(len(rows))}
    found = {row: set(failed) for row, failed in quarantined.select("row", "_failed_rules").iter_rows()}
    assert found == {i: names for i, names in expected.items() if names}
    for name in BREAKS:
        assert verdict.rule(name).rows_failed == sum(name in names for names in expected.values())


def test_order_and_first_rows_hold_over_many_morsels(tmp_path: Path) -> None:
    """Keys repeat 200,000 rows apart, in a file that the streaming engine reads in pieces."""
    rows = pl.select(row=pl.int_range(500_000)).with_columns(key=pl.col("row") % 400_000, amount=pl.col("row") % 7 - 1)
    rows.write_parquet(tmp_path / "rows.parquet", row_group_size=20_000)
    verdict, split = audited(
        pl.scan_parquet(tmp_path / "rows.parquet"),
        rule("expect_column_list_to_be_a_key", "key", column_list=["key"], mostly=0.5),
        rule("expect_column_values_to_be_between", "amount", column="amount", min_value=0, mostly=0.5),
    )
    clean, quarantined = (side.collect(engine="streaming") for side in split)
    bad = (rows["row"] >= 400_000) | (rows["row"] % 7 == 0)
    assert clean["row"].equals(rows["row"].filter(~bad))
    assert quarantined["row"].equals(rows["row"].filter(bad))
    assert quarantined["_failed_rules"].list.contains("key").equals(quarantined["row"] >= 400_000)
    assert quarantined["_failed_rules"].list.contains("amount").equals(quarantined["row"] % 7 == 0)
    assert verdict.rule("key").observed[:2] == [{"key": 0}, {"key": 1}]


def test_the_sides_keep_the_columns_and_types_of_the_candidate() -> None:
    frame = pl.LazyFrame({"row": [1, 2], "amount": [1.0, math.nan], "tags": [["x"], []]})
    split = audited(frame, rule("expect_column_list_values_to_be_finite", column_list=["amount"])).split
    assert split.clean.collect_schema() == frame.collect_schema()
    assert split.quarantined.collect_schema() == {**frame.collect_schema(), "_failed_rules": pl.List(pl.String)}


def test_the_quarantine_of_a_clean_candidate_is_empty_and_has_the_same_columns() -> None:
    frame = pl.LazyFrame({"amount": [1.0]})
    split = audited(frame, rule("expect_column_list_values_to_be_finite", column_list=["amount"])).split
    assert split.quarantined.collect_schema() == {"amount": pl.Float64, "_failed_rules": pl.List(pl.String)}
    assert split.quarantined.collect().is_empty()


def test_all_rows_may_go_to_quarantine() -> None:
    frame = pl.LazyFrame({"amount": [math.nan] * 3})
    verdict, split = audited(frame, rule("expect_column_list_values_to_be_finite", column_list=["amount"]))
    assert (verdict.rows_clean, verdict.rows_quarantined, verdict.passed) == (0, 3, False)
    assert split.clean.collect().is_empty()


def test_equal_hashes_do_not_make_equal_rows(monkeypatch: Any) -> None:
    """Hashes only point at suspects; were all of them equal, the answer would be the same."""
    from ecrec_assets.contracts.engine.plan import Repeats

    monkeypatch.setattr(Repeats, "digest", property(lambda self: (self.values[0].is_null() | True).cast(pl.UInt64)))
    frame = pl.LazyFrame({"key": [1, 2, 2, 3, None]})
    verdict, split = audited(frame, rule("expect_column_list_to_be_a_key", column_list=["key"]))
    assert verdict.rule("the_rule").rows_failed == 2
    assert split.clean.collect()["key"].to_list() == [1, 2, 3]
