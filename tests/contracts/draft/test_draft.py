import polars as pl
import pytest
import yaml

from ecrec_assets.contracts.draft.draft import draft
from ecrec_assets.contracts.draft.finding import Draft
from ecrec_assets.contracts.draft.proof import as_contract, prove
from ecrec_assets.contracts.draft.yaml_text import to_yaml
from ecrec_assets.contracts.model import Contract, Reference
from tests.contracts.draft.tables import NOW, REFERENCES, orders


@pytest.fixture(scope="module")
def drafted() -> Draft:
    return draft(orders().lazy(), key="raw/orders", now=NOW, references=REFERENCES, source="orders.csv")


@pytest.fixture(scope="module")
def contract(drafted: Draft) -> Contract:
    return as_contract(drafted)


def test_the_text_loads_and_names_every_column_with_its_type(contract: Contract) -> None:
    assert contract.key == "raw/orders"
    assert contract.schema == orders().schema
    assert [column.name for column in contract.columns if not column.required] == ["voucher"]


def test_the_key_is_the_one_identifier_that_is_unique(contract: Contract) -> None:
    assert contract.primary_key == ("order_id",)


def test_a_composite_key_is_the_smallest_combination() -> None:
    lines = pl.DataFrame(
        {
            "basket_id": [i // 4 for i in range(4_000)],
            "line_no": [i % 4 for i in range(4_000)],
            "store_id": [i % 7 for i in range(4_000)],
            "value": [i % 97 for i in range(4_000)],
        }
    )
    assert as_contract(draft(lines.lazy(), key="raw/lines", now=NOW)).primary_key == ("basket_id", "line_no")
    doubled = pl.concat([lines, lines.head(40)])
    found = as_contract(draft(doubled.lazy(), key="raw/lines", now=NOW))
    assert found.primary_key == ()
    assert found.rule("rows_are_distinct").kwargs["mostly"] < 0.99


def test_values_found_in_another_table_are_a_reference(contract: Contract) -> None:
    assert contract.references == (Reference("product_id", "raw/products", "product_id"),)


def test_orphans_make_a_reference_that_warns_with_a_share() -> None:
    broken = orders().with_columns(
        product_id=pl.when(pl.int_range(pl.len()) % 50 == 0).then(7).otherwise("product_id").cast(pl.Int64)
    )
    rule = as_contract(draft(broken.lazy(), key="raw/orders", now=NOW, references=REFERENCES)).rule(
        "product_id_exists_in_raw_products"
    )
    assert (rule.on_fail, rule.severity) == ("warn", "warning")
    assert 0.9 < rule.kwargs["mostly"] < 0.98


def test_a_closed_list_becomes_an_enum(contract: Contract) -> None:
    assert contract.rule("channel_is_known").kwargs["value_set"] == ["phone", "shop", "web"]


def test_a_code_gets_an_anchored_pattern(contract: Contract) -> None:
    assert contract.rule("voucher_has_its_form").kwargs["regex"] == "^[A-Z]{2}-[0-9]{5}$"


def test_a_range_leaves_room_and_keeps_whole_numbers_whole(contract: Contract) -> None:
    price, pieces = (contract.rule(f"{name}_is_in_range").kwargs for name in ("price", "pieces"))
    assert price["min_value"] <= 2 / 3
    assert price["max_value"] >= 60
    assert all(isinstance(pieces[bound], int) for bound in ("min_value", "max_value"))


def test_a_column_that_is_never_before_another_is_an_ordered_pair(contract: Contract) -> None:
    rule = contract.rule("shipped_at_is_at_least_ordered_at")
    assert (rule.kwargs["column_A"], rule.kwargs["column_B"]) == ("shipped_at", "ordered_at")


def test_missing_values_get_a_budget_above_what_is_missing(contract: Contract) -> None:
    assert 0.5 < contract.rule("voucher_is_present").kwargs["mostly"] < 2 / 3


def test_every_day_and_the_newest_row_are_expected(contract: Contract) -> None:
    assert contract.rule("ordered_at_has_every_day").kwargs["min_rows"] >= 1
    assert contract.freshness is not None
    assert contract.freshness.column == "ordered_at"
    assert contract.freshness.as_of is not None  # the newest order is nine days older than the draft


def test_a_history_that_goes_on_is_measured_at_the_clock() -> None:
    newest = orders()["ordered_at"].max()
    now = newest.replace(tzinfo=NOW.tzinfo)  # type: ignore[union-attr, call-arg]
    found = as_contract(draft(orders().lazy(), key="raw/orders", now=now)).freshness
    assert found is not None
    assert found.as_of is None


def test_personal_columns_are_marked_and_none_of_their_values_is_told(drafted: Draft, contract: Contract) -> None:
    kinds = {column.name: column.classification for column in contract.columns if column.classification}
    assert kinds == {"customer_id": "pseudonymous", "email": "personal"}
    assert "someone" not in to_yaml(drafted)


def test_every_rule_says_what_it_was_seen_in(drafted: Draft) -> None:
    (table,) = yaml.safe_load(to_yaml(drafted))["schema"]
    rules = [rule for column in table["properties"] for rule in column.get("quality", ())] + table["quality"]
    assert len(rules) > 20
    for rule in rules:
        told = {item["property"]: item["value"] for item in rule["customProperties"]}
        assert any(sign.isdigit() for sign in told["evidence"]), rule["name"]


def test_no_line_is_longer_than_a_screen(drafted: Draft) -> None:
    long = [line for line in to_yaml(drafted).splitlines() if len(line) > 120]
    assert long == []


def test_the_draft_holds_on_the_table_it_came_from(drafted: Draft) -> None:
    proof = prove(drafted, orders().lazy(), REFERENCES, NOW)
    assert proof.taken_out == ()
    assert all(rule.passed for rule in proof.verdict.rules)
    assert proof.verdict.rows_quarantined == 0


def test_a_draft_of_a_sample_counts_its_keys_in_all_rows() -> None:
    frame = pl.concat([orders(), orders().tail(1)])
    assert as_contract(draft(frame.lazy(), key="raw/orders", now=NOW, sample=500)).primary_key != ("order_id",)
    assert as_contract(draft(orders().lazy(), key="raw/orders", now=NOW, sample=500)).primary_key == ("order_id",)


def test_columns_no_contract_can_name_are_left_out_and_named() -> None:
    frame = orders().select("order_id").with_columns(pair=pl.struct(pl.lit(1), pl.lit(2).alias("b")))
    text = to_yaml(draft(frame.lazy(), key="raw/orders", now=NOW))
    assert "# pair (Struct" in text


def test_tables_without_rows_or_columns_are_drafted_too() -> None:
    assert as_contract(draft(orders().clear().lazy(), key="raw/orders", now=NOW)).schema == orders().schema
    with pytest.raises(ValueError, match="no column"):
        draft(pl.LazyFrame({"a": [{"b": 1}]}), key="raw/a", now=NOW)


def test_a_placeholder_at_the_end_of_the_calendar_does_no_harm() -> None:
    ends = orders().with_columns(shipped_at=pl.datetime(9999, 12, 31))
    rule = as_contract(draft(ends.lazy(), key="raw/orders", now=NOW)).rule("shipped_at_is_in_its_time")
    assert str(rule.kwargs["max_value"]).startswith("9999")
