"""From suspects to a review, to decisions that every later run applies, and back."""

import csv
import json
import stat
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from ecrec_assets.cli import app
from ecrec_assets.components.label_decisions import decided, decisions_path, decisions_state, read_decisions
from ecrec_assets.lake.store import Lake
from tests.cli.labelled_shop import publish_labelled
from tests.prepare.label_noise.judged import RIGHT

QUERIES = "datasets/queries"


@pytest.fixture
def expectations(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from ecrec_assets.settings import get_settings

    monkeypatch.setenv("ECREC_EXPECTATIONS", str(tmp_path / "expectations"))
    monkeypatch.setenv("COLUMNS", "200")
    get_settings.cache_clear()
    return tmp_path / "expectations"


@pytest.fixture
def lake(home: Path, expectations: Path) -> Lake:
    lake = Lake(home / "lake")
    publish_labelled(lake, expectations)
    return lake


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["labels", *map(str, arguments)])


def reviewed(path: Path, /, **decisions: tuple[str, str]) -> None:
    """The file as a spreadsheet would save it: by query id, what stands under decision and label."""
    rows = list(csv.DictReader(path.open(encoding="utf-8-sig", newline="")))
    for row in rows:
        row["decision"], row["label"] = decisions.get(row["query_id"].lstrip("'").replace("=", "eq"), ("", ""))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def tags(lake: Lake) -> dict[str, list[str]]:
    rows = decided(QUERIES, lake.read(QUERIES)).select("query_id", "tags").collect()
    return dict(rows.iter_rows())


def test_suspects_are_shown_worst_first(lake: Lake) -> None:
    done = run("suspects", "--json")
    found = json.loads(done.stdout)
    assert [row["score"] for row in found] == sorted(row["score"] for row in found)
    assert {row["query_id"] for row in found} == {"q2", "q3", "q4", "=1+1"}
    assert "4 of 4 suspect labels" in done.stderr
    assert json.loads(run("suspects", "--json", "--top", "1").stdout) == found[:1]
    assert "blue sofa" in run("suspects").stdout


def test_from_a_review_to_labels_and_back(lake: Lake, tmp_path: Path) -> None:
    file = tmp_path / "review.csv"
    assert run("suspects", "-o", file).exit_code == 0
    before = tags(lake)
    reviewed(file, q2=("change", ""), q3=("keep", ""), q4=("drop", ""))
    done = run("apply", file, "--by", "ann", "--why", "looked at the pictures")
    assert done.exit_code == 0, done.output
    assert "1 change, 1 keep, 1 drop, 1 open; 0 stale" in done.output
    after = tags(lake)
    assert after["q2"] == ["B-color", "B-item"]  # the suggestion
    assert "q4" not in after
    assert {id_: after[id_] for id_ in ("q1", "q3")} == {id_: before[id_] for id_ in ("q1", "q3")}
    assert {(each.by, each.why) for each in read_decisions(QUERIES).values()} == {("ann", "looked at the pictures")}

    listed = json.loads(run("decisions", "--json").stdout)
    assert {(row["query_id"], row["verdict"]) for row in listed} == {("q2", "change"), ("q3", "keep"), ("q4", "drop")}
    change = next(row["id"] for row in listed if row["query_id"] == "q2")
    assert "1 taken back, 2 left" in run("decisions", "--forget", change[:8]).output
    assert tags(lake)["q2"] == before["q2"]


def test_a_label_that_somebody_changed_is_not_asked_again(lake: Lake, expectations: Path, tmp_path: Path) -> None:
    file = tmp_path / "review.csv"
    run("suspects", "-o", file)
    reviewed(file, q3=("change", "item"))
    run("apply", file)
    changed = (
        "q3",
        "green tea pot",
        "B-item I-item I-item",
        "B-color I-color B-item",
    )  # the model still thinks otherwise
    publish_labelled(lake, expectations, (RIGHT, changed))
    assert json.loads(run("suspects", "--json").stdout) == []
    assert [row["query_id"] for row in json.loads(run("suspects", "--json", "--all").stdout)] == ["q3"]


def test_what_was_kept_is_not_asked_again(lake: Lake, tmp_path: Path) -> None:
    file = tmp_path / "review.csv"
    run("suspects", "-o", file)
    reviewed(file, q3=("keep", ""))
    run("apply", file)
    assert "q3" not in {row["query_id"] for row in json.loads(run("suspects", "--json").stdout)}
    assert "q3" in {row["query_id"] for row in json.loads(run("suspects", "--json", "--all").stdout)}


@pytest.mark.parametrize(
    ("label", "expected"),
    [("item", ["B-item", "I-item", "I-item"]), ("O", ["O"] * 3), ("O B-item I-item", ["O", "B-item", "I-item"])],
)
def test_a_person_may_write_another_label(lake: Lake, tmp_path: Path, label: str, expected: list[str]) -> None:
    file = tmp_path / "review.csv"
    run("suspects", "-o", file)
    reviewed(file, q3=("change", label))
    assert run("apply", file).exit_code == 0
    assert tags(lake)["q3"] == expected


def test_the_same_review_twice_changes_nothing_more(lake: Lake, tmp_path: Path) -> None:
    file = tmp_path / "review.csv"
    run("suspects", "-o", file)
    reviewed(file, q2=("change", ""))
    run("apply", file)
    kept = decisions_path(QUERIES).read_bytes()
    assert "1 known already" in run("apply", file).output
    assert decisions_path(QUERIES).read_bytes() == kept
    reviewed(file, q2=("drop", ""))  # another mind: the new decision takes the place of the old one
    run("apply", file)
    assert [each.verdict for each in read_decisions(QUERIES).values()] == ["drop"]


def test_a_dry_run_changes_nothing(lake: Lake, tmp_path: Path) -> None:
    file = tmp_path / "review.csv"
    run("suspects", "-o", file)
    reviewed(file, q2=("change", ""))
    assert "dry run" in run("apply", file, "--dry-run").output
    assert not decisions_path(QUERIES).exists()


def test_a_stale_decision_is_told_and_not_kept(lake: Lake, tmp_path: Path) -> None:
    file = tmp_path / "review.csv"
    run("suspects", "-o", file)
    reviewed(file, q2=("change", ""), q4=("drop", ""))
    text = file.read_text().replace('[""blue"", ""sofa""]', '[""blue"", ""sofas""]')
    file.write_text(text)
    done = run("apply", file)
    assert "q2: not kept: the query is now 'blue sofa', not 'blue sofas'" in done.output
    assert "1 drop" in done.output and "1 stale" in done.output
    assert [each.query_id for each in read_decisions(QUERIES).values()] == ["q4"]


def test_a_decision_that_went_stale_later_is_not_applied(lake: Lake, tmp_path: Path) -> None:
    file = tmp_path / "review.csv"
    run("suspects", "-o", file)
    reviewed(file, q2=("change", ""))
    run("apply", file)
    relabelled = lake.read(QUERIES).with_columns(
        tags=pl.when(pl.col("query_id") == "q2").then(pl.lit(["O", "B-item"])).otherwise("tags")
    )
    found = decided(QUERIES, relabelled).collect()
    assert found.equals(relabelled.collect())


def test_nothing_in_the_file_runs_as_a_formula(lake: Lake, tmp_path: Path) -> None:
    file = tmp_path / "review.csv"
    run("suspects", "-o", file)
    cells = [cell for row in csv.reader(file.open(encoding="utf-8-sig", newline="")) for cell in row]
    assert any("cmd|" in cell for cell in cells)
    assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []
    reviewed(file, **{"eq1+1": ("drop", "")})
    assert run("apply", file).exit_code == 0
    assert "=1+1" not in tags(lake)


def test_the_file_is_for_its_owner_only_and_not_overwritten(lake: Lake, tmp_path: Path) -> None:
    file = tmp_path / "review.csv"
    run("suspects", "-o", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = run("suspects", "-o", file)
    assert again.exit_code == 2 and "is there already" in again.output
    assert run("suspects", "-o", file, "--force").exit_code == 0


@pytest.mark.parametrize(
    ("decision", "label", "said"),
    [
        ("maybe", "", "decision 'maybe' is none of keep, change, drop"),
        ("change", "brand", "'brand' is no label of 1 word: give a type (color, item), O, or 1 tag"),
        ("keep", "item", "a label is given, but the decision is 'keep'"),
        ("", "item", "there is a label but no decision"),
    ],
)
def test_a_line_that_cannot_be_understood_is_named(
    lake: Lake, tmp_path: Path, decision: str, label: str, said: str
) -> None:
    file = tmp_path / "review.csv"
    run("suspects", "-o", file)
    reviewed(file, q2=(decision, label))
    done = run("apply", file)
    assert done.exit_code == 2
    assert said in done.output and "review.csv, line " in done.output
    assert not decisions_path(QUERIES).exists()


def test_semicolons_of_another_country_are_understood(lake: Lake, tmp_path: Path) -> None:
    file = tmp_path / "review.csv"
    run("suspects", "-o", file)
    reviewed(file, q2=("change", ""))
    rows = list(csv.reader(file.open(encoding="utf-8", newline="")))
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=";").writerows(rows)
    assert run("apply", file).exit_code == 0
    assert tags(lake)["q2"] == ["B-color", "B-item"]


def test_decisions_lie_beside_the_shop_and_change_what_an_asset_is_made_from(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ecrec_assets.settings import get_settings

    assert decisions_state(QUERIES) == ""
    file = tmp_path / "review.csv"
    run("suspects", "-o", file)
    reviewed(file, q2=("change", ""))
    run("apply", file)
    assert decisions_state(QUERIES) != ""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "ecrec.yaml").write_text("name: s\n")
    monkeypatch.setenv("ECREC_SHOP", str(tmp_path / "shop"))
    get_settings.cache_clear()
    assert decisions_path(QUERIES) == tmp_path / "shop" / "labels" / "datasets" / "queries.jsonl"


def test_a_broken_line_of_decisions_is_named(lake: Lake) -> None:
    decisions_path(QUERIES).parent.mkdir(parents=True)
    decisions_path(QUERIES).write_text('{"query_id": "q2"}\n')
    done = run("decisions")
    assert done.exit_code == 2 and "queries.jsonl, line 1" in done.output


def test_without_a_table_of_labels_the_way_is_shown(home: Path, expectations: Path) -> None:
    done = run("suspects")
    assert done.exit_code == 2
    assert "evaluations/query_labels" in done.output
