from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ecrec_assets.cli import app
from ecrec_assets.components.tuning.kept import Kept, keep, kept_file
from ecrec_assets.components.tuning.study import FILE
from ecrec_assets.components.tuning.tune import search_folder
from ecrec_assets.lake.store import Lake
from ecrec_assets.models.tagger.model import save
from ecrec_assets.settings import get_settings
from tests.lake.audits import NOTHING, publish
from tests.models.tagger.conftest import queries_of_a_shop, tiny_network

runner = CliRunner()
SPACE = "learning_rate: {low: 1.0e-4, high: 5.0e-2, log: true}\nepochs: {choices: [1, 2]}\n"


def said(*arguments: str) -> tuple[int, str]:
    result = runner.invoke(app, ["tune", *arguments])
    assert "Traceback" not in result.output
    return result.exit_code, " ".join(result.output.split())


@pytest.fixture
def shop(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a few published queries and a very small base model; gives the file of a small search space."""
    save(tiny_network(), tmp_path / "base")
    monkeypatch.setenv("ECREC_BASE_MODEL", str(tmp_path / "base"))
    monkeypatch.setenv("ECREC_THREADS", "1")
    get_settings.cache_clear()
    publish(Lake(home / "lake"), queries_of_a_shop(), NOTHING, table="datasets/queries")
    (tmp_path / "space.yaml").write_text(SPACE)
    return tmp_path / "space.yaml"


def test_a_search_shows_what_it_found_and_the_best_is_what_the_next_training_takes(shop: Path) -> None:
    from ecrec_assets.components.tagger_plan import tagger_plan

    before = dict(tagger_plan().parameters())
    code, text = said("query_tagger", "--trials", "2", "--space", str(shop))
    assert code == 0
    assert "trial 0 tries:" in text
    assert "best of 2 trials" in text
    assert dict(tagger_plan().parameters()) == before
    applied = runner.invoke(app, ["tune", "query_tagger", "--space", str(shop), "--apply", "--json"])
    assert applied.exit_code == 0
    shown = json.loads(applied.stdout)
    best = shown["best"]["settings"]
    assert shown["best"]["value"] == max(trial["validation_span_f1"] for trial in shown["trials"])
    assert f"Kept in {kept_file('query_tagger')}" in applied.stderr
    after = dict(tagger_plan().parameters())
    assert {name: after[name] for name in best} == best
    assert after != before or best.items() <= before.items()
    assert said("query_tagger", "--undo")[0] == 0
    assert dict(tagger_plan().parameters()) == before


def test_a_model_that_cannot_be_tuned_is_refused_by_name(home: Path) -> None:
    assert said("query_taggr", "--minutes", "1") == (2, "'query_taggr' cannot be tuned; query_tagger can")
    assert said("recommender", "--undo") == (2, "'recommender' cannot be tuned; query_tagger can")


def test_a_search_before_the_first_run_says_which_table_is_missing(home: Path) -> None:
    code, text = said("query_tagger", "--minutes", "1")
    assert code == 2
    assert "datasets/queries" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--minutes", "0"], "--minutes is 0.0; it must be more than 0"),
        (["--minutes", "-3"], "--minutes is -3.0; it must be more than 0"),
        (["--minutes", "nan"], "--minutes is nan; it must be more than 0"),
        (["--trials", "0"], "--trials is 0; it must be more than 0"),
        ([], "nothing was searched for query_tagger yet: ecrec tune query_tagger --minutes 30"),
        (["--apply"], "nothing was searched for query_tagger yet"),
        (["--space", "no.yaml", "--trials", "1"], "no.yaml cannot be read as a search space"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(shop: Path, arguments: list[str], message: str) -> None:
    code, text = said("query_tagger", *arguments)
    assert code == 2
    assert message in text


@pytest.mark.parametrize(
    ("space", "message"),
    [
        ("learning_rat: {low: 1.0e-4, high: 1.0e-3}", "the tagger has no setting 'learning_rat'"),
        ("epochs: {choices: [0, 1]}", "'epochs' cannot be 0"),
        ("- epochs", "is no search space"),
        ("epochs: [", "cannot be read as a search space"),
    ],
)
def test_a_space_that_cannot_be_searched_is_refused(shop: Path, space: str, message: str) -> None:
    shop.write_text(space)
    code, text = said("query_tagger", "--trials", "1", "--space", str(shop))
    assert code == 2
    assert message in text


def test_a_study_that_cannot_be_read_is_named_and_nothing_is_overwritten(shop: Path) -> None:
    file = search_folder("query_tagger") / FILE
    file.parent.mkdir(parents=True)
    file.write_text("no study")
    code, text = said("query_tagger", "--trials", "1", "--space", str(shop))
    assert code == 2
    assert "study.db cannot be read as a study" in text
    assert file.read_text() == "no study"


def test_kept_settings_can_be_forgotten(home: Path) -> None:
    keep(Kept(model="query_tagger", settings={"epochs": 4}, study="s", trial=1, objective="f1", value=0.6))
    assert json.loads(kept_file("query_tagger").read_text())["settings"] == {"epochs": 4}
    assert said("query_tagger", "--undo") == (0, "Forgotten; query_tagger is trained with its defaults.")
    assert not kept_file("query_tagger").exists()
    assert said("query_tagger", "--undo") == (0, "Nothing was kept; query_tagger is trained with its defaults.")


def test_kept_settings_that_cannot_be_read_are_an_error_with_the_way_out(shop: Path) -> None:
    kept_file("query_tagger").parent.mkdir(parents=True)
    kept_file("query_tagger").write_text('{"settings": ')
    code, text = said("query_tagger", "--trials", "1", "--space", str(shop))
    assert code == 2
    assert "ecrec tune query_tagger --undo" in text
