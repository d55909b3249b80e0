import csv
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from ecrec_assets.cli import app
from ecrec_assets.cli.quarantine.cells import cell_of, value_of
from ecrec_assets.lake.store import Lake
from tests.cli.quarantine_shop import KEY, SALES, publish, sales
from tests.components.shop import Shop, write_contracts

Run = Callable[..., Result]


@pytest.fixture
def expectations(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from ecrec_assets.settings import get_settings

    monkeypatch.setenv("ECREC_EXPECTATIONS", str(tmp_path / "expectations"))
    monkeypatch.setenv("COLUMNS", "200")
    get_settings.cache_clear()
    return tmp_path / "expectations"


@pytest.fixture
def lake(home: Path) -> Lake:
    return Lake(home / "lake")


@pytest.fixture
def shop(lake: Lake, expectations: Path) -> Lake:
    publish(lake, expectations, sales())
    return lake


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["quarantine", *map(str, arguments)])


def prices(lake: Lake) -> dict[int, float]:
    return dict(lake.read(KEY).select("line", "price").sort("line").collect().iter_rows())


def edited(path: Path, line: str, /, **cells: str) -> None:
    """The file as a spreadsheet would save it, with other cells in the row of one sales line."""
    rows = list(csv.DictReader(path.open(encoding="utf-8-sig", newline="")))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows({**row, **(cells if row["line"] == line else {})} for row in rows)


def test_from_list_to_replay_and_back(shop: Lake, tmp_path: Path) -> None:
    assert json.loads(run("list", "--json").stdout)[0]["by_rule"] == {"price_is_positive": 3}
    file = tmp_path / "mends.csv"
    assert run("export", KEY, "-o", file).exit_code == 0
    edited(file, "1", price="1.25")
    edited(file, "3", _decision="drop")
    done = run("replay", KEY, "--from", file, "--why", "sign")
    assert done.exit_code == 0, done.output
    assert "1 mended, 1 dropped" in done.output
    assert "12 rows = 10 published + 1 in quarantine + 1 dropped" in done.output
    assert prices(shop)[1] == 1.25 and 3 not in prices(shop)
    left = json.loads(run("list", "--json").stdout)[0]
    assert (left["rows"], left["mended"], left["dropped"]) == (1, 1, 1)


def test_a_mended_row_keeps_every_other_value_to_the_letter(shop: Lake, tmp_path: Path) -> None:
    before = sales().filter(pl.col("line").is_in([1, 2, 3])).collect()
    file = tmp_path / "mends.csv"
    run("export", KEY, "-o", file)
    for line in "123":
        edited(file, line, price="9")
    assert run("replay", KEY, "--from", file).exit_code == 0
    after = shop.read(KEY).filter(pl.col("line").is_in([1, 2, 3])).sort("line").collect()
    assert after.drop("price").equals(before.drop("price"), null_equal=True)
    assert after["price"].to_list() == [9.0, 9.0, 9.0]


def test_a_file_that_nobody_changed_replays_nothing(shop: Lake, tmp_path: Path) -> None:
    for name in ("mends.csv", "mends.parquet"):
        run("export", KEY, "-o", tmp_path / name)
        done = run("replay", KEY, "--from", tmp_path / name)
        assert (done.exit_code, shop.require(KEY).number) == (0, 0), done.output
        assert "3 rows are as they were" in done.output


def test_mends_in_parquet_are_replayed_too(shop: Lake, tmp_path: Path) -> None:
    file = tmp_path / "mends.parquet"
    run("export", KEY, "-o", file)
    pl.read_parquet(file).with_columns(price=pl.col("price").abs()).write_parquet(file)
    assert run("replay", KEY, "--from", file).exit_code == 0
    assert prices(shop)[2] == 0.30000000000000004


def test_replaying_the_same_file_twice_changes_nothing_and_says_so(shop: Lake, tmp_path: Path) -> None:
    file = tmp_path / "mends.csv"
    run("export", KEY, "-o", file)
    edited(file, "1", price="1.25")
    run("replay", KEY, "--from", file)
    again = run("replay", KEY, "--from", file)
    assert again.exit_code == 0 and shop.require(KEY).number == 1
    assert "1 decisions are in force already" in again.output


def test_a_formula_mends_the_rows_of_a_rule(shop: Lake) -> None:
    done = run("replay", KEY, "--set", "price = abs(price)", "--rule", "price_is_positive", "--where", "line < 3")
    assert done.exit_code == 0, done.output
    assert prices(shop)[1] == 1.25 and 3 not in prices(shop)
    again = run("replay", KEY, "--set", "price = abs(price)", "--where", "line < 3")
    assert again.exit_code == 0 and "Nothing to replay" in again.output


def test_a_dry_run_tells_and_changes_nothing(shop: Lake) -> None:
    done = run("replay", KEY, "--set", "price = abs(price)", "--dry-run", "--json")
    told = json.loads(done.stdout)
    assert told["audits"][0]["released"] == 3 and told["mended"] == 3 and told["passed"]
    assert shop.require(KEY).number == 0 and shop.mends(KEY) == {}
    assert list((shop.root / "staging" / KEY).iterdir()) == []


def test_a_replay_that_the_gate_rejects_ends_with_1_and_keeps_what_is_published(lake: Lake, expectations: Path) -> None:
    seven_bad = sales().with_columns(price=pl.when(pl.col("line") < 6).then(-1.0).otherwise("price"))
    publish(lake, expectations, seven_bad)
    done = run("replay", KEY, "--set", "price = 2000")
    assert done.exit_code == 1, done.output
    assert "6 rows fail 'price_is_not_huge' (50.00%)" in done.output
    assert "What is published stays" in done.output
    assert lake.require(KEY).number == 0 and lake.mends(KEY) == {}


def test_a_row_that_still_fails_stays_with_its_rules(shop: Lake) -> None:
    assert run("replay", KEY, "--set", "price = 2000", "--where", "line = 1").exit_code == 0
    kept = {row["line"]: row["_failed_rules"] for row in shop.quarantine(KEY).collect().iter_rows(named=True)}
    assert kept == {1: ["price_is_not_huge"], 2: ["price_is_positive"], 3: ["price_is_positive"]}
    assert run("replay", KEY, "--set", "price = 20", "--where", "line = 1").exit_code == 0
    assert prices(shop)[1] == 20
    (mend,) = shop.mends(KEY).values()
    assert json.loads(mend.original)["price"] == -1.25


def test_a_changed_contract_releases_rows_without_a_mend(shop: Lake, expectations: Path) -> None:
    (expectations / "raw" / "sales.yaml").write_text(SALES.replace("min_value: 0.01", "min_value: -1.5"))
    done = run("replay", KEY)
    assert done.exit_code == 0 and "No row changed" in done.output
    assert sorted(set(range(12)) - set(prices(shop))) == [3]
    assert shop.mends(KEY) == {}


def test_values_that_are_not_public_are_masked_until_somebody_asks(shop: Lake) -> None:
    assert "007" not in run("show", KEY).output and "007" not in run("show", KEY, "--json").stdout
    assert json.loads(run("show", KEY, "--json").stdout)[0]["code"] == "•••"
    assert json.loads(run("show", KEY, "--json", "--reveal").stdout)[0]["code"] == "007"
    run("replay", KEY, "--drop", "--where", "line = 1")
    assert "007" not in run("mends", KEY, "--json").stdout
    assert json.loads(run("mends", KEY, "--json", "--reveal").stdout)[0]["original"]["code"] == "007"


def test_a_decision_can_be_taken_back(shop: Lake, expectations: Path) -> None:
    run("replay", KEY, "--drop", "--where", "line = 1", "--by", "ann", "--why", "test sale")
    (told,) = json.loads(run("mends", KEY, "--json").stdout)
    assert (told["decision"], told["by"], told["why"]) == ("drop", "ann", "test sale")
    assert run("mends", KEY, "--forget", told["row_id"][:6]).exit_code == 0
    publish(shop, expectations, sales())
    assert sorted(shop.quarantine(KEY).collect()["line"]) == [1, 2, 3]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set", "prize = 1"], "did you mean 'price'?"),
        (["--set", "price = __import__('os')"], "no function '__import__'"),
        (["--set", "line = 2.5"], "round(…) makes whole numbers"),
        (["--set", "price = note"], "cannot hold"),
        (["--set", "price"], "write --set 'column = formula'"),
        (["--set", "price = 1", "--drop"], "give one of"),
        (["--drop"], "--drop needs --rule or --where"),
        (["--set", "price = 1", "--rule", "price_is_positiv"], "did you mean 'price_is_positive'?"),
        (["--set", "price = 1", "--where", "price"], "is no condition"),
        (["--from", "nowhere.csv"], "nowhere.csv"),
    ],
)
def test_what_cannot_be_replayed_ends_with_2_and_says_why(arguments: list[str], said: str, shop: Lake) -> None:
    done = run("replay", KEY, *arguments)
    assert done.exit_code == 2, done.output
    assert said in done.output
    assert shop.require(KEY).number == 0


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"price": "abc"}, "line 2, column price: 'abc' is no number"),
        ({"line": "3.1E+10"}, "a spreadsheet has rounded it"),
        ({"sold": "31.1.2017"}, "line 2, column sold: '31.1.2017' is no date or time"),
        ({"tags": "[a"}, "line 2, column tags"),
        ({"_decision": "delete"}, "neither empty nor 'drop'"),
        ({"_row_id": "f" * 20, "price": "1"}, "1 row not in the quarantine of raw/sales"),
    ],
)
def test_a_file_error_names_line_and_column(cells: dict[str, str], said: str, shop: Lake, tmp_path: Path) -> None:
    file = tmp_path / "mends.csv"
    run("export", KEY, "-o", file)
    edited(file, "1", **cells)
    done = run("replay", KEY, "--from", file)
    assert (done.exit_code, shop.require(KEY).number) == (2, 0)
    assert said in done.output


def test_an_export_overwrites_no_file_with_mends_and_is_for_its_owner_only(shop: Lake, tmp_path: Path) -> None:
    file = tmp_path / "mends.csv"
    run("export", KEY, "-o", file)
    assert file.stat().st_mode & 0o077 == 0
    assert run("export", KEY, "-o", file).exit_code == 2


def test_no_cell_of_text_can_be_run_or_changed_by_a_spreadsheet() -> None:
    for text in ("=1+1", "+1", "-1", "@x", "\t=1", "007", "1e5", "MAR1", "2-3", "TRUE", "", " a", "'x", "1/2", "＝1"):
        assert cell_of(text).startswith("'"), text
    assert [cell_of(value) for value in (None, 12, -3, 2.5, "MILK", True)] == ["", "12", "-3", "2.5", "MILK", "true"]
    assert cell_of(311984590270) == "'311984590270" and cell_of(0.30000000000000004) == "'0.30000000000000004"


@given(st.one_of(st.text(), st.sampled_from(["=cmd|'/c calc'!A1", "''", "0012"])))
def test_every_text_comes_back_from_its_cell(text: str) -> None:
    assert value_of(cell_of(text), pl.String()) == text


@given(st.one_of(st.integers(-(2**63), 2**63 - 1)), st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_comes_back_from_its_cell(whole: int, real: float) -> None:
    assert value_of(cell_of(whole), pl.Int64()) == whole
    assert value_of(cell_of(real), pl.Float64()) == real
    assert value_of(cell_of(real).replace(".", ","), pl.Float64(), comma=True) == real


def test_a_run_after_a_replay_skips_and_a_forced_one_gives_the_same_rows(expectations: Path, lake: Lake) -> None:
    write_contracts(expectations)
    store = Shop([1.0, 0.0, 9.0, 3.0])
    store.run("prices")
    assert run("replay", "raw/prices", "--set", "price = 4.5").exit_code == 0
    after = lake.read("raw/prices").sort("product_id").collect()
    assert after["price"].to_list() == [1.0, 4.5, 9.0, 3.0]
    skipped = store.run("prices")
    assert store.computed["prices"] == 1, "the replay left the table made from the same source"
    forced = store.run("prices", force=True)
    assert store.computed["prices"] == 2
    assert lake.read("raw/prices").sort("product_id").collect().equals(after)
    for result in (skipped, forced):
        (event,) = result.asset_materializations_for_node("raw__prices")
        assert (event.metadata["rows_mended"].value, event.metadata["rows_quarantined"].value) == (1, 0)
    store.deliver([1.0, 2.0, 9.0, 3.0])
    (event,) = store.run("prices").asset_materializations_for_node("raw__prices")
    assert "rows_mended" not in event.metadata, "the source delivers the row mended itself"
    assert lake.read("raw/prices").sort("product_id").collect()["price"].to_list() == [1.0, 2.0, 9.0, 3.0]
