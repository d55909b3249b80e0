from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ecrec_assets.cli import app
from ecrec_assets.models.tagger.model import save
from ecrec_assets.models.tagger.predict import Tagger
from tests.models.tagger.conftest import tiny_network

runner = CliRunner()


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    save(tiny_network(), tmp_path / "trained")
    return tmp_path / "trained"


def test_a_trained_tagger_is_exported_and_the_printed_lines_serve_it(trained: Path, tmp_path: Path) -> None:
    result = runner.invoke(app, ["export", str(tmp_path / "served"), "--model", str(trained)])
    assert result.exit_code == 0, result.output
    first, *lines = result.output.splitlines()
    assert first.startswith(f"{tmp_path / 'served'} holds the query tagger in int8, ")
    names: dict[str, object] = {}
    exec("\n".join(line.strip() for line in lines[:-1]), names)
    [answer] = eval(lines[-1].strip(), names)
    assert answer.tokens == ("shredded", "cheese", "under", "$3")
    assert Tagger.load(tmp_path / "served", runtime="onnx").types == ("Item", "Category", "Price")


def test_a_folder_of_other_things_is_not_overwritten(trained: Path) -> None:
    result = runner.invoke(app, ["export", str(trained), "--model", str(trained)])
    assert result.exit_code == 1
    assert "holds other files" in " ".join(result.output.split())
    assert Tagger.load(trained).types == ("Item", "Category", "Price")
