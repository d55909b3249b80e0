"""What the gate promises of a verdict and of the rows it parts."""

from __future__ import annotations

import itertools
import json
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.contracts.gate import RowsLost, audit
from ecrec_assets.contracts.model import Condition, Contract
from ecrec_assets.verdict import Audit, Verdict
from tests.contracts.contracts import (
    NOW,
    PRODUCTS,
    audited,
    clean,
    contract_of,
    quarantined,
    result_of,
    rule,
    sales,
    sales_contract,
)


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    return sales_contract(tmp_path)


def gate(frame: pl.LazyFrame, contract: Contract, *, references: dict[str, pl.LazyFrame] = PRODUCTS) -> Audit:
    return audit(frame, contract, references=references, run_id="run 7", now=NOW)


def test_a_good_candidate_passes_whole(contract: Contract) -> None:
    verdict, split = gate(sales(), contract)
    assert verdict.passed
    assert [result.name for result in verdict.rules if not result.passed] == []
    assert (verdict.rows_in, verdict.rows_clean, verdict.rows_quarantined) == (4, 4, 0)
    assert split.clean.collect().equals(sales().collect())
    assert split.quarantined.collect().is_empty()


def test_the_verdict_names_its_contract_and_every_rule(contract: Contract) -> None:
    verdict = gate(sales(), contract).verdict
    assert (verdict.contract, verdict.contract_version) == ("raw/sales", "1.2.0")
    assert verdict.contract_hash == contract.digest
    assert (verdict.run_id, verdict.created_at) == ("run 7", NOW)
    assert [result.name for result in verdict.rules] == [stated.name for stated in contract.rules]
    assert Verdict.from_json(verdict.to_json()) == verdict


def test_verdict_ids_sort_by_time_and_differ(contract: Contract) -> None:
    first, second = (gate(sales(), contract).verdict.id for _ in range(2))
    later = audit(sales(), contract, references=PRODUCTS, now=NOW + timedelta(seconds=1)).verdict.id
    assert first != second
    assert max(first, second) < later


def test_failing_rows_go_to_quarantine_with_all_rules_they_fail(contract: Contract) -> None:
    verdict, split = gate(sales(product=[10, 99, 98, 12], quantity=[1, 500, 8000, 3]), contract)
    assert verdict.passed
    assert split.clean.collect()["line"].to_list() == [1, 4]
    assert split.quarantined.select("line", "_failed_rules").collect().rows() == [
        (2, ["product_exists_in_raw_products", "quantity_counts_pieces"]),
        (3, ["product_exists_in_raw_products"]),
    ]
    assert (verdict.rows_in, verdict.rows_clean, verdict.rows_quarantined) == (4, 2, 2)


def test_beyond_mostly_a_quarantine_rule_blocks(contract: Contract) -> None:
    verdict = gate(sales(product=[99, 98, 97, 12]), contract).verdict
    assert [result.name for result in verdict.blocking] == ["product_exists_in_raw_products"]
    assert verdict.rows_quarantined == 3


def test_a_condition_leaves_other_rows_alone(contract: Contract) -> None:
    result = gate(sales(), contract).verdict.rule("quantity_counts_pieces")
    assert (result.rows_checked, result.rows_failed) == (3, 0)


def test_missing_required_values_and_nan_are_not_present(contract: Contract) -> None:
    found = gate(sales(product=[None, 10, 10, 12], price=[math.nan, math.inf, 1.0, None]), contract)
    assert found.verdict.rule("product_is_present").rows_failed == 1
    assert found.verdict.rule("numbers_are_finite").rows_failed == 2
    assert quarantined(found, "_failed_rules") == [["product_is_present", "numbers_are_finite"], ["numbers_are_finite"]]


def test_a_new_class_is_quarantined(contract: Contract) -> None:
    found = gate(sales(kind=["food", "Food", None, "fuel"]), contract)
    assert quarantined(found, "line") == [2]
    assert found.verdict.rule("kind_is_known").observed == ["Food"]


def test_the_first_row_of_a_key_stays(contract: Contract) -> None:
    found = gate(sales(line=[5, 5, 6, 5]), contract)
    assert clean(found, "product") == [10, 10]
    assert quarantined(found, "product") == [11, 12]
    assert quarantined(found, "_failed_rules") == [["primary_key_is_unique"]] * 2


def test_old_data_is_recorded_not_refused(contract: Contract) -> None:
    late = audit(sales(), contract, references=PRODUCTS, now=NOW + timedelta(days=30)).verdict
    assert late.passed
    assert not late.rule("is_fresh").passed
    assert late.rule("is_fresh").observed == pytest.approx(30 * 24 + 25)


def test_an_empty_candidate_blocks_on_has_rows_alone(contract: Contract) -> None:
    verdict, split = gate(sales().head(0), contract)
    assert [result.name for result in verdict.blocking] == ["has_rows"]
    assert verdict.rows_in == 0
    assert split.clean.collect().is_empty()
    assert split.quarantined.collect().is_empty()


def test_a_missing_column_is_named_and_all_else_is_checked(contract: Contract) -> None:
    verdict, split = gate(sales(product=[99, 10, 11, 12]).drop("quantity", "price"), contract)
    assert not verdict.passed
    assert verdict.rule("schema_matches").observed == {"missing": ["price", "quantity"]}
    assert verdict.rule("quantity_counts_pieces").error == "column quantity is missing"
    assert verdict.rule("numbers_are_finite").error == "column price is missing"
    assert verdict.rule("product_exists_in_raw_products").rows_failed == 1
    assert verdict.rows_quarantined == 1
    assert split.clean.collect().height == 3


def test_a_renamed_column_is_recognised(contract: Contract) -> None:
    verdict = gate(sales().rename({"quantity": "Quantity"}), contract).verdict
    assert verdict.rule("schema_matches").observed == {
        "missing": ["quantity"],
        "renamed": {"quantity": "Quantity"},
        "unexpected": ["Quantity"],
    }
    assert verdict.rule("quantity_counts_pieces").error == "column quantity is missing; is it called Quantity now?"


def test_a_retyped_column_is_not_evaluated(contract: Contract) -> None:
    verdict = gate(sales().with_columns(pl.col("product").cast(pl.String)), contract).verdict
    assert verdict.rule("schema_matches").observed == {"retyped": {"product": "String, not Int64"}}
    assert verdict.rule("product_is_present").error == "column product is String, not Int64"
    assert not verdict.rule("product_is_present").passed
    assert not verdict.passed


def test_a_retyped_column_is_not_evaluated_in_pandas_either() -> None:
    frame = pl.LazyFrame({"a": [1, 2, 3]})
    contract = contract_of(frame, rule("expect_column_values_to_be_increasing", column="a", on_fail="warn"))
    retyped = frame.with_columns(pl.col("a").cast(pl.Int32))
    assert audit(frame, contract, now=NOW).verdict.rule("the_rule").passed
    assert audit(retyped, contract, now=NOW).verdict.rule("the_rule").error == "column a is Int32, not Int64"


def test_sets_that_differ_say_how() -> None:
    one = rule("expect_column_distinct_values_to_equal_set", column="a", value_set=["x", "y"], on_fail="warn")
    result = result_of(pl.LazyFrame({"a": ["x", "z", None]}), one)
    assert not result.passed
    assert result.observed == {
        "unexpected_count": 1,
        "missing_count": 1,
        "partial_unexpected_list": ["z"],
        "partial_missing_list": ["y"],
    }


def test_quantiles_can_be_kept() -> None:
    """Great Expectations 1.24 with numpy 2.4 cannot store its own result of this one."""
    ranges = {"quantiles": [0.5], "value_ranges": [[1, 3]]}
    one = rule("expect_column_quantile_values_to_be_between", column="a", quantile_ranges=ranges, on_fail="block")
    result = result_of(pl.LazyFrame({"a": [1, 2, 3]}), one)
    assert result.passed is True
    assert result.observed == {"quantiles": [0.5], "values": [2]}


def test_a_condition_on_a_missing_column_is_an_error(contract: Contract) -> None:
    verdict = gate(sales().drop("kind"), contract).verdict
    assert verdict.rule("quantity_counts_pieces").error == "column kind is missing"


def test_a_further_column_is_reported_and_published(contract: Contract) -> None:
    verdict, split = gate(sales().with_columns(note=pl.lit("new")), contract)
    assert verdict.passed
    assert verdict.rule("schema_matches").observed == {"unexpected": ["note"]}
    assert "note" in split.clean.collect_schema()


def test_a_reference_that_was_not_given_is_an_error_that_names_it(contract: Contract) -> None:
    verdict = gate(sales(), contract, references={}).verdict
    assert "'raw/products'" in (verdict.rule("product_exists_in_raw_products").error or "")
    assert not verdict.passed


def test_unreadable_values_are_quarantined_with_what_they_were(contract: Contract) -> None:
    original = '{"quantity": "three"}'
    found = gate(sales().with_columns(_unreadable=pl.Series([None, original, None, None])), contract)
    assert found.verdict.rule("schema_matches").passed
    assert found.verdict.rule("values_are_readable").rows_failed == 1
    assert found.verdict.rule("values_are_readable").observed == []
    assert "_unreadable" not in found.split.clean.collect_schema()
    assert quarantined(found, "_unreadable") == [original]
    assert quarantined(found, "_failed_rules") == [["values_are_readable"]]


def test_no_value_of_a_personal_column_is_in_a_verdict(contract: Contract) -> None:
    frame = sales(card=["secret-1", "secret-2", "secret-1", None])
    rules = [
        rule("expect_column_values_to_be_unique", "unique", column="card"),
        rule("expect_column_list_to_be_a_key", "key", column_list=["card", "kind"]),
        rule("expect_column_pair_values_to_be_equal", "equal", column_A="card", column_B="kind"),
        rule("expect_largest_class_share_to_be_at_most", "balance", column="card", max_share=0.1, on_fail="warn"),
        rule("expect_column_max_to_be_between", "largest", column="product", max_value=1, on_fail="warn"),
        rule("expect_column_most_common_value_to_be_in_set", "mode", column="card", value_set=["a"], on_fail="warn"),
        rule("expect_rows_to_be_distinct", "distinct"),
    ]
    verdict = audited(pl.concat([frame, frame]), *rules, private=("card", "product")).verdict
    assert "secret" not in verdict.to_json()
    assert "personal column product" in (verdict.rule("largest").error or "")
    assert verdict.rule("equal").rows_failed == 8
    assert verdict.rule("key").observed


def test_at_most_twenty_examples_are_kept() -> None:
    frame = pl.LazyFrame({"a": range(500)})
    result = result_of(frame, rule("expect_column_values_to_be_between", column="a", max_value=-1))
    assert result.observed == list(range(20))
    assert result.rows_failed == 500


def test_a_rule_that_blocks_keeps_its_rows() -> None:
    frame = pl.LazyFrame({"a": [1, 2, 300]})
    one = rule("expect_column_values_to_be_between", column="a", max_value=9, mostly=0.5, on_fail="block")
    found = audited(frame, one)
    assert found.verdict.passed
    assert found.verdict.rule("the_rule").rows_failed == 1
    assert clean(found, "a") == [1, 2, 300]


def test_a_warning_never_blocks() -> None:
    one = rule("expect_column_values_to_be_between", column="a", max_value=0, severity="warning")
    verdict = audited(pl.LazyFrame({"a": [1]}), one).verdict
    assert not verdict.rule("the_rule").passed
    assert verdict.passed


def test_a_rule_that_is_wrong_is_an_error_and_blocks() -> None:
    verdict = audited(
        pl.LazyFrame({"a": ["x"]}),
        rule("expect_nothing_known", "unknown"),
        rule("expect_column_values_to_be_between", "arguments", column="a", minimum=1),
        rule("expect_column_mean_to_be_between", "mean_of_text", column="a", min_value=1, on_fail="block"),
        rule("expect_column_values_to_match_regex", "look_around", column="a", regex="(?=x)x"),
        rule("expect_column_values_to_not_be_null", "fine", column="a"),
    ).verdict
    errors = {result.name: result.error for result in verdict.rules}
    assert errors["unknown"] == "there is no expectation called expect_nothing_known"
    assert "minimum" in (errors["arguments"] or "")
    assert "String" in (errors["mean_of_text"] or "")
    assert errors["look_around"] == "the pattern '(?=x)x' cannot be used: look-around is not supported"
    assert verdict.rule("fine").passed
    assert len(verdict.blocking) == 4


@pytest.mark.parametrize(
    "kwargs",
    [
        {"row_condition": "@pd.io.common.os.system('touch /tmp/owned')", "condition_parser": "pandas"},
        {"row_condition": {"type": "pass_through", "pass_through_filter": "a > 0"}},
        {"min_value": {"$PARAMETER": "now()"}},
        {"min_value": 1, "strict_min": [{"$PARAMETER": "now()"}]},
    ],
)
def test_code_in_a_contract_is_refused(kwargs: dict[str, object]) -> None:
    result = result_of(
        pl.LazyFrame({"a": [1]}), rule("expect_column_values_to_be_between", column="a", max_value=9, **kwargs)
    )
    assert "not allowed in a contract" in (result.error or "")
    assert not result.passed


@pytest.mark.parametrize(
    ("condition", "failing"),
    [
        (Condition("b", "==", 1), [0]),
        (Condition("b", "!=", 1), [2, 3]),
        (Condition("b", ">=", 2), [2]),
        (Condition("b", "<", 2), [0]),
        (Condition("b", "in", [1, 5]), [0]),
        (Condition("b", "not in", [1]), [2, 3]),
        (Condition("b", "is null", None), [3]),
        (Condition("b", "is not null", None), [0, 2]),
        (Condition("d", ">", datetime(2017, 1, 2).date()), [2, 3]),
        (Condition("t", "==", "$x and 'y'"), [2]),
        (Condition("o", "==", True), [0, 3]),
    ],
)
def test_every_operator_of_where(condition: Condition, failing: list[int]) -> None:
    frame = pl.LazyFrame(
        {
            "n": [0, 1, 2, 3],
            "a": [-1, 1, -1, -1],
            "b": [1, 1, 2, None],
            "d": [datetime(2017, 1, day) for day in (1, 2, 3, 4)],
            "t": ["x", "$x and 'y'", "$x and 'y'", None],
            "o": [True, True, False, True],
        }
    )
    found = audited(frame, rule("expect_column_values_to_be_between", column="a", min_value=0, where=(condition,)))
    assert quarantined(found, "n") == failing


def test_all_conditions_of_where_have_to_hold() -> None:
    frame = pl.LazyFrame({"a": [-1, -2, -3], "b": [1, 1, 2], "c": ["x", "y", "x"]})
    where = (Condition("b", "==", 1), Condition("c", "==", "x"))
    found = audited(frame, rule("expect_column_values_to_be_between", column="a", min_value=0, where=where))
    assert quarantined(found, "a") == [-1]
    assert found.verdict.rule("the_rule").rows_checked == 1
    assert "where b == 1, where c == x" in found.verdict.rule("the_rule").limit


def test_an_unknown_operator_is_an_error() -> None:
    one = rule("expect_column_values_to_be_between", column="a", min_value=0, where=(Condition("a", "like", 1),))
    assert "operator 'like'" in (result_of(pl.LazyFrame({"a": [1]}), one).error or "")


def test_a_comparison_with_nothing_is_an_error() -> None:
    one = rule("expect_column_values_to_be_between", column="a", min_value=0, where=(Condition("a", "==", None),))
    result = result_of(pl.LazyFrame({"a": [1]}), one)
    assert "is_null" in (result.error or "")
    assert not result.passed


def test_a_rule_that_cannot_point_at_rows_cannot_quarantine() -> None:
    frame = pl.LazyFrame({"a": [1.0, 2.0, 50.0]})
    scores = {"column": "a", "threshold": 1.0, "double_sided": True}
    assert "use onFail block or warn" in (
        result_of(frame, rule("expect_column_value_z_scores_to_be_less_than", **scores)).error or ""
    )
    assert (
        result_of(frame, rule("expect_column_value_z_scores_to_be_less_than", **scores, on_fail="warn")).rows_failed
        == 1
    )


def test_many_rules_do_not_share_bits() -> None:
    frame = pl.LazyFrame({"a": range(70)})
    rules = [
        rule("expect_column_values_to_not_be_in_set", f"not_{i}", column="a", value_set=[i, i + 1]) for i in range(69)
    ]
    found = audited(frame, *rules)
    failed = quarantined(found, "_failed_rules")
    assert failed[0] == ["not_0"]
    assert failed[63:66] == [["not_62", "not_63"], ["not_63", "not_64"], ["not_64", "not_65"]]
    assert failed[69] == ["not_68"]


def test_a_candidate_that_changes_while_it_is_read_is_refused() -> None:
    reads = itertools.count(9, -1)
    schema = {"a": pl.Int64}

    def read(with_columns: object, predicate: object, n_rows: object, batch_size: object) -> object:
        yield pl.DataFrame({"a": range(next(reads))}, schema=schema)

    frame = pl.io.plugins.register_io_source(read, schema=schema)
    contract = contract_of(frame, rule("expect_column_values_to_be_between", column="a", max_value=3))
    with pytest.raises(RowsLost, match="rows in"):
        audit(frame, contract, now=NOW)


def test_results_are_plain_json() -> None:
    frame = pl.LazyFrame({"d": [datetime(2017, 1, 1, tzinfo=UTC)], "f": [math.inf], "b": [b"x"]})
    verdict = audited(
        frame,
        rule(
            "expect_column_max_to_be_between",
            "newest",
            column="d",
            max_value="2016-01-01T00:00:00+00:00",
            on_fail="block",
        ),
        rule("expect_column_list_values_to_be_finite", "finite", column_list=["f"]),
        rule("expect_column_max_to_be_between", "largest", column="f", max_value=1.0, on_fail="block"),
    ).verdict
    observed = [result.observed for result in verdict.rules]
    assert json.loads(json.dumps(observed, allow_nan=False)) == observed
    assert verdict.rule("finite").rows_failed == 1
