"""`ecrec contract lint` and `ecrec contract schema` as a person or a script calls them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ecrec_assets.cli import app
from ecrec_assets.contracts.schema import text
from ecrec_assets.settings import get_settings
from tests.contracts.orders import ORDERS, line_of, spoiled, write

BROKEN = spoiled("severity: critical", "severty: critical")
POOR = spoiled("version: 1.0.0", "version: v1")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of contracts that the settings point to; the working folder is empty."""
    monkeypatch.setenv("ECREC_EXPECTATIONS", str(tmp_path / "expectations"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    get_settings.cache_clear()
    yield tmp_path / "expectations"
    get_settings.cache_clear()


def lint(*arguments: str) -> tuple[int, str, str]:
    """Exit code, output, messages."""
    result = CliRunner().invoke(app, ["contract", "lint", "--quick", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_sound_contracts_are_counted_and_exit_with_0(folder: Path) -> None:
    write(folder, ORDERS)
    assert lint() == (0, "", "2 contracts: 0 errors, 0 warnings\n")
    assert lint("all")[0] == lint("raw/orders")[0] == lint(str(folder / "raw" / "orders.yaml"))[0] == 0


def test_an_error_is_a_line_an_editor_can_jump_to_and_exits_with_1(folder: Path) -> None:
    path = write(folder, BROKEN)
    code, out, messages = lint("raw/orders")
    assert code == 1
    assert f"{path}:{line_of(BROKEN, 'severty')}:13: error unknown-field: 'severty' is no field of a rule" in out
    assert messages == "1 contract: 2 errors, 0 warnings\n"


def test_a_warning_exits_with_1_only_when_strict(folder: Path) -> None:
    write(folder, POOR)
    assert [lint()[0], lint("--strict")[0]] == [0, 1]


def test_json_is_one_object_for_scripts(folder: Path) -> None:
    path = write(folder, BROKEN)
    code, out, _ = lint("--json")
    told = json.loads(out)
    assert (code, told["contracts"], told["errors"]) == (1, 2, 2)
    assert {problem["file"] for problem in told["problems"]} == {str(path)}
    assert {problem["code"] for problem in told["problems"]} == {"unknown-field", "wrong-value"}


def test_an_unknown_contract_exits_with_2_and_the_nearest_name(folder: Path) -> None:
    write(folder, ORDERS)
    code, out, messages = lint("raw/order")
    assert (code, out) == (2, "")
    assert "did you mean 'raw/orders'?" in messages


def test_a_folder_elsewhere_is_linted_as_a_folder_of_contracts(folder: Path, tmp_path: Path) -> None:
    write(folder, BROKEN)
    write(tmp_path / "mine", ORDERS)
    assert lint(str(tmp_path / "mine"))[0] == 0


def test_the_schema_is_printed_or_written(tmp_path: Path) -> None:
    printed = CliRunner().invoke(app, ["contract", "schema"])
    assert (printed.exit_code, printed.stdout) == (0, text())
    file = tmp_path / "contract.schema.json"
    assert CliRunner().invoke(app, ["contract", "schema", "-o", str(file)]).exit_code == 0
    assert file.read_text(encoding="utf-8") == text()
