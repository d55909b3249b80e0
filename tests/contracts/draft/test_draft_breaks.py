"""What a drafted contract is for: it fails when the table breaks."""

from datetime import timedelta

import polars as pl
import pytest

from ecrec_assets.contracts.draft.draft import draft
from ecrec_assets.contracts.draft.proof import as_contract
from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.model import Contract
from tests.contracts.draft.tables import NOW, REFERENCES, orders


@pytest.fixture(scope="module")
def contract() -> Contract:
    return as_contract(draft(orders().lazy(), key="raw/orders", now=NOW, references=REFERENCES))


def failing(frame: pl.DataFrame, contract: Contract) -> set[str]:
    verdict = audit(frame.lazy(), contract, references=REFERENCES, now=NOW).verdict
    return {rule.name for rule in verdict.rules if not rule.passed}


def some(one_in: int, name: str, value: object) -> pl.DataFrame:
    hit = pl.int_range(pl.len()) % one_in == 0
    return orders().with_columns(pl.when(hit).then(pl.lit(value)).otherwise(name).alias(name))


BREAKS = {
    "a column is dropped": (orders().drop("price"), "schema_matches"),
    "a column is renamed": (orders().rename({"price": "cost"}), "schema_matches"),
    "a column is retyped": (orders().with_columns(pl.col("price").cast(pl.String)), "schema_matches"),
    "values go missing where none may": (some(20, "price", None), "price_is_present"),
    "more values go missing": (some(2, "voucher", None), "voucher_is_present"),
    "a unit changes": (orders().with_columns(pl.col("price") * 100), "price_has_its_usual_size"),
    "a class is new": (some(50, "channel", "fax"), "channel_is_known"),
    "a code has another form": (some(20, "voucher", "gift"), "voucher_has_its_form"),
    "the newest rows are old": (orders().head(1_700), "is_fresh"),
    "dates move a year back": (
        orders().with_columns(pl.col("ordered_at", "shipped_at") - timedelta(365)),
        "ordered_at_is_in_its_time",
    ),
    "a day is missing": (
        orders().filter(pl.col("ordered_at").dt.date() != pl.date(2024, 2, 3)),
        "ordered_at_has_every_day",
    ),
    "every row comes twice": (pl.concat([orders(), orders()]), "primary_key_is_unique"),
    "references break": (some(20, "product_id", 123), "product_id_exists_in_raw_products"),
    "half of the table is cut off": (orders().head(1_000), "row_count_is_usual"),
    "two columns are swapped": (
        orders().rename({"customer_id": "product_id", "product_id": "customer_id"}),
        "customer_id_is_in_range",
    ),
    "two times are swapped": (
        orders().rename({"ordered_at": "shipped_at", "shipped_at": "ordered_at"}),
        "shipped_at_is_at_least_ordered_at",
    ),
    "one class takes all": (some(1, "channel", "web"), "channel_is_balanced"),
    "text has another encoding": (some(20, "note", "cafÃ©"), "note_is_not_broken"),
    "white space surrounds values": (some(20, "note", " at the door "), "note_is_trimmed"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_it_is_caught_when(what: str, contract: Contract) -> None:
    broken, rule = BREAKS[what]
    assert rule in failing(broken, contract)


def test_nothing_fails_on_the_unbroken_table(contract: Contract) -> None:
    assert failing(orders(), contract) == set()
