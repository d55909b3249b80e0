import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ecrec_assets.cli import app

runner = CliRunner()


def test_help_names_every_command_and_where_to_start() -> None:
    text = runner.invoke(app, ["--help"]).output
    assert all(command in text for command in ("run", "up", "status", "recommend", "tag", "tune"))
    assert "ecrec run" in text


@pytest.mark.parametrize("command", ["run", "up", "status", "recommend", "tag", "tune"])
def test_every_command_explains_itself(command: str) -> None:
    result = runner.invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_status_of_an_empty_house_says_what_to_do(home: Path) -> None:
    result = runner.invoke(app, ["status"])
    assert result.exit_code == 0
    said = " ".join(result.output.split())
    assert "Nothing is published" in said
    assert "ecrec run" in said


def test_status_for_scripts_is_json(home: Path) -> None:
    result = runner.invoke(app, ["status", "--json"])
    assert json.loads(result.stdout) == {"tables": [], "models": []}


@pytest.mark.parametrize("arguments", [["recommend", "900"], ["tag", "milk"]])
def test_asking_a_model_that_was_never_trained_is_a_clear_error(home: Path, arguments: list[str]) -> None:
    result = runner.invoke(app, arguments)
    assert result.exit_code == 1
    assert "no version of" in result.output
    assert "Traceback" not in result.output


def test_a_selection_of_nothing_ends_with_2_and_a_reason(home: Path) -> None:
    result = runner.invoke(app, ["run", "--select", "group:nowhere"])
    assert result.exit_code == 2
    assert "nowhere" in result.output


def test_a_broken_contract_ends_with_2_and_names_the_file(tmp_path: Path) -> None:
    expectations = tmp_path / "expectations"
    (expectations / "raw").mkdir(parents=True)
    (expectations / "raw" / "products.yaml").write_text("schema: [")
    environment = {**os.environ, "ECREC_EXPECTATIONS": str(expectations), "ECREC_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-c", "from ecrec_assets.cli import app; app()", "run"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 2, done.stderr
    assert "products.yaml" in done.stderr.replace("\n", "")
    assert "Traceback" not in done.stderr


def test_a_published_and_a_rejected_table_are_told_apart(home: Path) -> None:
    import dagster as dg

    from ecrec_assets.defs.collection import raw_tables

    products = next(asset for asset in raw_tables if asset.key.path == ["raw", "products"])
    with dg.DagsterInstance.ephemeral() as instance:
        assert dg.materialize([products], instance=instance).success
    (table,) = json.loads(runner.invoke(app, ["status", "--json"]).stdout)["tables"]
    assert (table["table"], table["version"], table["rows"], table["rejected"]) == ("raw/products", 0, 92_331, None)
