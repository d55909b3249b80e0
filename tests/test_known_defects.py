"""The defects that are known to be in The Complete Journey, each counted by the contract that must catch it."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.collect import complete_journey
from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.odcs import load_contracts
from ecrec_assets.verdict import Audit

CONTRACTS = load_contracts(Path(__file__).parents[1] / "expectations")
NOW = datetime(2026, 11, 24, tzinfo=UTC)
REFERENCES = {f"raw/{name}": complete_journey.read(name) for name in complete_journey.TABLES}
SMALL = [name for name in complete_journey.TABLES if name != "promotions"]


def _audit(name: str, frame: pl.LazyFrame | None = None) -> Audit:
    table = f"raw/{name}"
    return audit(REFERENCES[table] if frame is None else frame, CONTRACTS[table], references=REFERENCES, now=NOW)


@pytest.fixture(scope="module")
def audits() -> dict[str, Audit]:
    return {name: _audit(name) for name in SMALL}


@pytest.mark.parametrize(
    ("table", "rule", "rows"),
    [
        ("transactions", "product_id_exists_in_raw_products", 4_836),
        ("transactions", "quantity_is_positive", 8_869),
        ("transactions", "sales_value_is_positive", 11_226),
        ("transactions", "quantity_counts_pieces", 13_494),
        ("transactions", "coupon_within_sales", 3_507),
        ("transactions", "shelf_price_is_positive", 263),
        ("transactions", "primary_key_is_unique", 0),
        ("transactions", "retail_disc_is_not_negative", 0),
        ("transactions", "coupon_disc_is_not_negative", 0),
        ("transactions", "coupon_match_disc_is_not_negative", 0),
        ("coupons", "rows_are_distinct", 4_872),
        ("coupons", "product_id_exists_in_raw_products", 16),
        ("products", "package_size_is_known", 30_586),
        ("products", "product_category_is_known", 540),
        ("products", "product_type_is_known", 528),
        ("demographics", "home_ownership_is_present", 233),
        ("demographics", "marital_status_is_present", 137),
    ],
)
def test_each_defect_is_counted_to_the_row(audits: dict[str, Audit], table: str, rule: str, rows: int) -> None:
    assert audits[table].verdict.rule(rule).rows_failed == rows


def test_the_shares_are_those_that_are_known(audits: dict[str, Audit]) -> None:
    sizes = audits["products"].verdict.rule("package_size_is_known")
    owners = audits["demographics"].verdict.rule("home_ownership_is_present")
    assert round(sizes.rows_failed / sizes.rows_checked, 3) == 0.331
    assert (owners.rows_failed, owners.rows_checked) == (233, 801)


def test_the_spellings_of_package_sizes_are_counted(audits: dict[str, Audit]) -> None:
    spellings = audits["products"].verdict.rule("package_size_spellings_are_few")
    assert spellings.observed + 1 == 3_706  # the list counts the missing one too
    assert audits["products"].verdict.rule("package_size_is_number_and_unit").rows_failed == 5_028


def test_demographics_cover_801_of_2469_households(audits: dict[str, Audit]) -> None:
    coverage = audits["demographics"].verdict.rule("households_answered")
    assert audits["demographics"].verdict.rows_in == 801
    assert coverage.observed == pytest.approx(801 / 2_469)


def test_the_missing_day_and_the_half_day_are_named(audits: dict[str, Audit]) -> None:
    missing = audits["transactions"].verdict.rule("every_day_has_rows")
    half = audits["transactions"].verdict.rule("no_day_is_half")
    assert (missing.passed, missing.observed["missing"]) == (False, ["2017-12-25"])
    assert (half.passed, half.observed["thin"]) == (False, {"2018-01-01": 534})


@pytest.mark.parametrize("table", SMALL)
def test_the_table_can_be_published_all_the_same(audits: dict[str, Audit], table: str) -> None:
    verdict = audits[table].verdict
    assert verdict.passed, [rule.sentence() for rule in verdict.blocking]
    assert not [rule for rule in verdict.rules if rule.error]
    assert verdict.rows_in == REFERENCES[f"raw/{table}"].select(pl.len()).collect().item()


def test_a_bad_line_is_in_quarantine_with_every_rule_it_failed(audits: dict[str, Audit]) -> None:
    split = audits["transactions"].split
    bad = split.quarantined.collect()
    assert (bad.height, split.clean.select(pl.len()).collect().item()) == (25_310, 1_443_997)
    orphans = bad.filter(pl.col("_failed_rules").list.contains("product_id_exists_in_raw_products"))
    assert (orphans.height, orphans["product_id"].n_unique()) == (4_836, 17)
    fuel = bad.filter(pl.col("_failed_rules").list.contains("quantity_counts_pieces"))
    assert (fuel.height, fuel["quantity"].min() > 1_000, fuel["quantity"].max()) == (13_494, True, 89_638)
    assert bad["_failed_rules"].list.len().min() == 1


def test_one_of_each_duplicate_coupon_is_kept(audits: dict[str, Audit]) -> None:
    coupons = REFERENCES["raw/coupons"].collect()
    assert coupons.is_duplicated().sum() == 6_495
    clean = audits["coupons"].split.clean.collect()
    orphans = 16
    assert clean.height == clean.n_unique() == coupons.n_unique() - orphans == 111_316


@pytest.mark.full
def test_21_million_promotions_pass_their_contract() -> None:
    verdict = _audit("promotions").verdict
    assert verdict.passed
    assert (verdict.rows_in, verdict.rows_quarantined) == (20_940_529, 0)
    assert all(rule.passed for rule in verdict.rules)


@pytest.mark.full
def test_week_by_week_the_same_lines_are_quarantined_and_no_week_is_blocked(audits: dict[str, Audit]) -> None:
    lines = REFERENCES["raw/transactions"].collect()
    weeks = [_audit("transactions", lines.lazy().filter(pl.col("week") == week)) for week in range(1, 54)]
    assert all(week.verdict.passed for week in weeks)
    columns = ["basket_id", "product_id", "_failed_rules"]
    by_week = pl.concat([week.split.quarantined.select(columns).collect() for week in weeks])
    whole = audits["transactions"].split.quarantined.select(columns).collect()
    assert by_week.sort(columns[:2]).equals(whole.sort(columns[:2]))
