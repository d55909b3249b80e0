from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from ecrec_assets.lake.errors import NotPublished
from ecrec_assets.lake.store import Lake
from tests.components.shop import Shop, write_contracts

GOOD = [1.0, 2.0, 9.0, 3.0]
ONE_BAD = [1.0, 0.0, 9.0, 3.0]
ALL_BAD = [0.0, 0.0, 0.0, 3.0]


@pytest.fixture
def shop(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[list[float]], Shop]:
    from ecrec_assets.settings import get_settings

    monkeypatch.setenv("ECREC_EXPECTATIONS", str(tmp_path / "expectations"))
    get_settings.cache_clear()
    write_contracts(tmp_path / "expectations")
    return Shop


@pytest.fixture
def lake(home: Path) -> Lake:
    return Lake(home / "lake")


def test_a_good_table_is_published_with_one_check_result_a_rule(shop: Callable[..., Shop], lake: Lake) -> None:
    result = shop(GOOD).run()
    assert result.success
    assert lake.read("raw/prices").collect().height == 4
    assert lake.read("datasets/cheap").collect()["price"].sort().to_list() == [1, 2, 3]
    checks = {check.check_name for check in result.get_asset_check_evaluations() if check.asset_key.path[0] == "raw"}
    assert checks == {
        "has_rows",
        "values_are_readable",
        "schema_matches",
        "product_id_is_present",
        "numbers_are_finite",
        "primary_key_is_unique",
        "price_is_positive",
    }


def test_rows_in_are_rows_published_plus_rows_quarantined(shop: Callable[..., Shop], lake: Lake) -> None:
    assert shop(ONE_BAD).run("prices").success
    assert lake.read("raw/prices").collect()["product_id"].sort().to_list() == [0, 2, 3]
    kept = lake.quarantine("raw/prices").collect()
    assert kept["product_id"].to_list() == [1]
    assert kept["_failed_rules"].to_list() == [["price_is_positive"]]


def test_a_rejected_candidate_leaves_the_published_version_readable(shop: Callable[..., Shop], lake: Lake) -> None:
    store = shop(GOOD)
    store.run()
    store.deliver(ALL_BAD)
    result = store.run()
    assert not result.success
    assert lake.require("raw/prices").number == 0
    assert lake.read("raw/prices").collect()["price"].sort().to_list() == [1, 2, 3, 9]
    failed = [check for check in result.get_asset_check_evaluations() if not check.passed]
    assert [check.check_name for check in failed] == ["price_is_positive"]
    assert failed[0].severity == dg.AssetCheckSeverity.ERROR
    assert not result.asset_materializations_for_node("datasets__cheap")


def test_the_error_of_a_rejected_candidate_names_number_limit_and_way_out(shop: Callable[..., Shop]) -> None:
    store = shop(GOOD)
    store.run()
    store.deliver(ALL_BAD)
    (failure,) = [event for event in store.run("prices").all_events if event.is_step_failure]
    message = failure.step_failure_data.user_failure_data.description
    assert "raw/prices@1.0.0: 3 rows fail 'price_is_positive' (75.00%)" in message
    assert "The published version 0 is unchanged" in message
    assert "expectations/raw/prices.yaml" in message


def test_the_rejected_candidate_can_be_inspected(shop: Callable[..., Shop], lake: Lake) -> None:
    shop(ALL_BAD).run("prices")
    rejected = lake.rejected("raw/prices")
    assert rejected is not None
    assert rejected.frame.collect().height == 4
    assert not rejected.verdict.passed


def test_a_later_run_of_a_downstream_asset_alone_reads_the_last_good_version(
    shop: Callable[..., Shop], lake: Lake
) -> None:
    store = shop(GOOD)
    store.run()
    store.deliver(ALL_BAD)
    store.run("prices")
    assert store.run("cheap", force=True).success
    assert lake.read("datasets/cheap").collect()["price"].sort().to_list() == [1, 2, 3]
    assert lake.require("datasets/cheap").inputs == {"raw/prices": 0}


def test_a_downstream_asset_has_nothing_to_read_when_nothing_ever_passed(shop: Callable[..., Shop], lake: Lake) -> None:
    store = shop(ALL_BAD)
    assert not store.run("prices").success
    assert not store.run("cheap").success
    with pytest.raises(NotPublished):
        lake.read("datasets/cheap")


def test_what_has_not_changed_is_not_computed_again(shop: Callable[..., Shop], lake: Lake) -> None:
    store = shop(ONE_BAD)
    store.run()
    again = store.run()
    assert store.computed == {"prices": 1, "cheap": 1}
    assert lake.require("raw/prices").number == 0
    names = [check.check_name for check in again.get_asset_check_evaluations()]
    assert "price_is_positive" in names, "an unchanged table still shows its checks"


def test_a_changed_source_is_computed_again_and_so_is_what_reads_it(shop: Callable[..., Shop], lake: Lake) -> None:
    store = shop(GOOD)
    store.run()
    store.deliver([*GOOD, 4.0])
    store.run()
    assert store.computed == {"prices": 2, "cheap": 2}
    assert lake.read("datasets/cheap").collect().height == 4


def test_force_computes_again(shop: Callable[..., Shop]) -> None:
    store = shop(GOOD)
    store.run()
    store.run("prices", force=True)
    assert store.computed["prices"] == 2


def test_automation_waits_for_the_checks_of_what_is_upstream(shop: Callable[..., Shop]) -> None:
    _, cheap = shop(GOOD).assets
    condition = cheap.automation_conditions_by_key[cheap.key]
    assert "all_deps_blocking_checks_passed" in str(condition)
