"""The Online Retail example: every defect that was measured in the data is found by a rule, with its number."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.collect.files import read_table
from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.model import Contract
from ecrec_assets.contracts.odcs import load_contract
from ecrec_assets.prepare.catalogue import item_catalogue
from ecrec_assets.prepare.purchases import check_accounted, part_lines
from ecrec_assets.settings import PROJECT
from ecrec_assets.shop.load import load_shop
from ecrec_assets.shop.roles import Roles
from ecrec_assets.verdict import Audit, Verdict

DATA = PROJECT.parent / "shared" / "data" / "online_retail"
EXAMPLE = PROJECT / "docs" / "examples" / "online_retail"
NOW = datetime(2011, 12, 10, tzinfo=UTC)
LINES = 541_909

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the 305 files of Online Retail are not in {DATA}")


def contract(key: str, root: Path) -> Contract:
    return load_contract(root / f"{key}.yaml", root)


@pytest.fixture(scope="module")
def raw() -> pl.LazyFrame:
    lines = contract("raw/lines", EXAMPLE / "contracts")
    return read_table(DATA / "*.csv", lines.schema).collect().lazy()


@pytest.fixture(scope="module")
def audited(raw: pl.LazyFrame) -> Audit:
    return audit(raw, contract("raw/lines", EXAMPLE / "contracts"), now=NOW)


@pytest.fixture(scope="module")
def roles() -> Roles:
    found = load_shop(EXAMPLE / "ecrec.yaml").roles.purchases
    assert found is not None
    return found


MEASURED = {
    "description_is_present": 1_454,  # 0.27 %
    "no_line_twice": 5_268,
    "invoice_is_a_sale": 9_288,
    "quantity_of_a_sale_is_positive": 1_336,
    "quantity_is_plausible": 4,  # two orders of 74,215 and 80,995 pieces and their cancellations
    "price_is_not_zero": 2_515,
    "price_is_not_negative": 2,  # the bad debt
    "code_is_a_product": 2_995,  # 0.55 %
    "description_has_no_blanks_around_it": 113_452,
    "description_is_a_name": 554,
    "values_are_readable": 0,
}


@pytest.mark.parametrize("rule, rows", MEASURED.items())
def test_a_measured_defect_is_found_with_its_number(audited: Audit, rule: str, rows: int) -> None:
    assert audited.verdict.rule(rule).rows_failed == rows


def test_customers_are_missing_in_a_quarter_of_the_lines(audited: Audit) -> None:
    rule = audited.verdict.rule("customer_is_known")
    assert round((rule.rows_failed or 0) / LINES, 4) == 0.2493


def test_the_codes_with_several_descriptions_are_650(raw: pl.LazyFrame, audited: Audit) -> None:
    """The rule counts their lines; their codes are those with more than one description in the raw table."""
    named = raw.filter(pl.col("Description").is_not_null())
    several = named.group_by("StockCode").agg(pl.col("Description").n_unique()).filter(pl.col("Description") > 1)
    assert several.collect().height == 650
    lines = named.join(several, on="StockCode", how="semi").collect().height
    assert audited.verdict.rule("code_has_one_description").rows_failed == lines


def test_the_year_passes_and_only_what_is_no_sale_is_quarantined(audited: Audit) -> None:
    assert audited.verdict.passed
    assert audited.verdict.rows_in == LINES and audited.verdict.rows_quarantined == 7_780
    reasons = set(audited.split.quarantined.collect()["_failed_rules"].explode())
    assert reasons == {"no_line_twice", "quantity_of_a_sale_is_positive", "price_is_not_zero", "price_is_not_negative"}


def test_every_limit_leaves_room_for_the_worst_day(raw: pl.LazyFrame) -> None:
    """The gate judges a day at a time; these are the days with most of each defect."""
    worst = raw.group_by(day=pl.col("InvoiceDate").dt.date()).agg(
        free=(pl.col("UnitPrice") == 0).mean(),
        nameless=pl.col("Description").is_null().mean(),
        cancelled=pl.col("InvoiceNo").str.starts_with("C").mean(),
        other=(~pl.col("StockCode").str.contains("^[0-9]{5}")).mean(),
    )
    days = {day for name in worst.collect_schema().names()[1:] for day in worst.top_k(2, by=name).collect()["day"]}
    rules = contract("raw/lines", EXAMPLE / "contracts")
    for day in sorted(days):
        verdict = audit(raw.filter(pl.col("InvoiceDate").dt.date() == day), rules, now=NOW).verdict
        assert verdict.passed, (day, [rule.sentence() for rule in verdict.blocking])


def judged(key: str, frame: pl.LazyFrame, **references: pl.LazyFrame) -> Verdict:
    tables = {f"datasets/{name}": table for name, table in references.items()}
    verdict = audit(frame, contract(f"datasets/{key}", PROJECT / "expectations" / "shop"), now=NOW, references=tables)
    assert verdict.verdict.passed, [rule.sentence() for rule in verdict.verdict.blocking]
    return verdict.verdict


def test_cancellations_find_their_sales_and_no_line_is_lost(audited: Audit, roles: Roles) -> None:
    clean = audited.split.clean.collect().lazy()
    parts = part_lines(clean, roles, zone="Europe/London")
    check_accounted(clean, parts)
    purchases, returns, left_out = pl.collect_all(parts)
    assert (purchases.height, returns.height, left_out.height) == (522_454, 8_667, 3_008)
    assert purchases["returned_quantity"].sum() == returns["matched_quantity"].sum() == 246_440
    assert returns.filter(pl.col("unmatched_quantity") == 0).height == 7_085
    mistyped = purchases.filter(pl.col("quantity") > 70_000)
    assert mistyped.sort("quantity")["quantity"].to_list() == [74_215, 80_995] and mistyped["is_returned"].all()
    catalogue = item_catalogue(clean, roles, zone="Europe/London").collect()
    judged("catalogue", catalogue.lazy())
    judged("purchases", purchases.lazy(), catalogue=catalogue.lazy())
    assert judged("returns", returns.lazy()).rule("returns_find_their_sale").rows_failed == 1_582
    judged("left_out", left_out.lazy())


def test_no_note_of_the_stock_keeper_is_the_name_of_an_item(raw: pl.LazyFrame, roles: Roles) -> None:
    """Even without the gate before it."""
    catalogue = item_catalogue(raw, roles, zone="Europe/London").collect()
    names = catalogue["text"].drop_nulls()
    assert not names.str.contains(r"(?i)^(\?+|damage[sd]?|check|found|thrown away|wet.*|.*missing)$").any()
    assert catalogue.filter(pl.col("item_id") == "85123A")["text"].item() == "WHITE HANGING HEART T-LIGHT HOLDER"
    assert catalogue.filter(pl.col("item_id") == "20713")["text"].item() == "JUMBO BAG OWLS"
