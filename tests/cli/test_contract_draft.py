from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from ecrec_assets.cli import app
from ecrec_assets.contracts.odcs import find_contract
from tests.contracts.draft.tables import orders, products

runner = CliRunner()


def table(folder: Path) -> Path:
    path = folder / "Shop Orders.csv"
    orders(600).write_csv(path, separator=";")
    return path


def test_a_draft_goes_to_standard_output_and_what_is_said_of_it_to_the_other(home: Path, tmp_path: Path) -> None:
    result = runner.invoke(app, ["contract", "draft", str(table(tmp_path))])
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("# Drafted by 'ecrec contract draft' from Shop Orders.csv (UTF-8, separated by sem")
    assert "id: raw-shop-orders" in result.stdout
    assert "rules hold on the 600 rows they came from" in " ".join(result.stderr.split())


def test_with_o_the_file_is_written_and_never_silently_replaced(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "orders.yaml"
    asked = ["contract", "draft", str(table(tmp_path)), "--no-proof", "-o", str(out)]
    assert runner.invoke(app, asked).exit_code == 0
    assert find_contract(str(out), tmp_path / "none").primary_key == ("order_id",)
    out.write_text("mine")
    refused = runner.invoke(app, asked)
    assert refused.exit_code == 2
    assert "is there already" in " ".join(refused.output.split())
    assert out.read_text() == "mine"
    assert runner.invoke(app, [*asked, "--force"]).exit_code == 0


def test_a_reference_given_by_hand_is_found(home: Path, tmp_path: Path) -> None:
    products().write_parquet(tmp_path / "p.parquet")
    asked = ["contract", "draft", str(table(tmp_path)), "--no-proof", "--key", "shop/orders"]
    result = runner.invoke(app, [*asked, "--reference", f"shop/products={tmp_path / 'p.parquet'}"])
    assert "relationships: [{type: foreignKey, to: shop/products.product_id}]" in result.stdout
    assert "id: shop-orders" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.csv"], "neither a file that exists nor a published table"),
        (["sqlite:///none.db"], "names no table"),
        (["{folder}"], "folder without tables"),
        (["{table}", "--reference", "products"], "write table=location"),
    ],
)
def test_what_cannot_be_read_ends_with_2_and_a_reason(
    home: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    given = [part.format(folder=empty, table=table(tmp_path)) for part in arguments]
    result = runner.invoke(app, ["contract", "draft", *given])
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


def test_a_table_of_numbers_without_names_is_drafted_too(home: Path, tmp_path: Path) -> None:
    pl.DataFrame({"1": [1, 2], "2": ["=1", None]}).write_csv(tmp_path / "t.csv")
    result = runner.invoke(app, ["contract", "draft", str(tmp_path / "t.csv"), "--no-proof"])
    assert result.exit_code == 0, result.output
    assert "name: '1'" in result.stdout
