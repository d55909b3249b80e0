import json
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ecrec_assets.cli import app
from ecrec_assets.contracts.diff.change import Change
from ecrec_assets.contracts.diff.compare import Difference, compare
from ecrec_assets.contracts.diff.version import version_step
from ecrec_assets.contracts.model import Contract
from ecrec_assets.contracts.odcs import load_contract
from ecrec_assets.lake.store import Lake
from tests.cli.quarantine_shop import KEY, SALES, publish, sales

EXTRA = """
      - name: unit_weight
        logicalType: number
        physicalType: Float64
        description: What a piece weighs.
        customProperties: [{property: unit, value: kg}]
"""
WIDE = SALES + EXTRA


def contract(folder: Path, text: str) -> Contract:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "sales.yaml"
    file.write_text(text)
    return load_contract(file, folder)


def difference(tmp_path: Path, old: str, new: str) -> Difference:
    return compare(contract(tmp_path / "old", old), contract(tmp_path / "new", new))


def told(found: Difference) -> list[tuple[str, str]]:
    return [(change.kind, f"{change.subject} {change.words}") for change in found.changes]


NOTE = "{name: note, logicalType: string, physicalType: String"
LINE = "{name: line, logicalType: integer, physicalType: Int64"
BREAKING = [
    (NOTE, "{name: mote, logicalType: string, physicalType: String"),
    (LINE, "{name: line, logicalType: integer, physicalType: Int32"),
    (f"{LINE}, required: true,", f"{LINE},"),
    ("required: true, primaryKey: true", "required: true"),
    ("value: kg", "value: lb"),
    (EXTRA, ""),
]
TIGHTENING = [
    ("min_value: 0.01, mostly: 0.5", "min_value: 0.02, mostly: 0.5"),
    ("min_value: 0.01, mostly: 0.5", "min_value: 0.01, mostly: 0.6"),
    ("max_value: 1000, mostly: 0.75", "max_value: 999, mostly: 0.75"),
    ("max_value: 1000, mostly: 0.75", "max_value: 1000, min_value: 0, mostly: 0.75"),
    (NOTE, f"{NOTE}, required: true"),
    ("quarantineLimit, value: 0.5", "quarantineLimit, value: 0.1"),
    (NOTE, NOTE + ", enum: [{value: fine}]"),
]
DOCUMENTATION = [
    ("description: Nothing is free.", "description: Nothing is for nothing."),
    ("purpose: What was sold.", "purpose: All that was sold."),
    ("description: What a piece weighs.", "description: Weight of a piece."),
    ("classification: pseudonymous", "classification: public"),
    ("name: price_is_not_huge", "name: price_is_usual"),
]


@pytest.mark.parametrize(("before", "after"), BREAKING)
def test_what_readers_build_on_is_breaking(before: str, after: str, tmp_path: Path) -> None:
    assert before in WIDE
    found = difference(tmp_path, WIDE, WIDE.replace(before, after))
    assert [change.kind for change in found.changes] == ["breaking"], told(found)
    assert found.version.needed == "major" and found.version.suggestion == "2.0.0"


@pytest.mark.parametrize(("before", "after"), TIGHTENING)
def test_a_stricter_rule_is_a_tightening_and_its_opposite_a_loosening(before: str, after: str, tmp_path: Path) -> None:
    stricter = WIDE.replace(before, after)
    found = difference(tmp_path, WIDE, stricter)
    assert [change.kind for change in found.changes] == ["tightening"], told(found)
    assert found.version.suggestion == "1.1.0"
    back = difference(tmp_path, stricter, WIDE)
    expected = "breaking" if "required: true" in after else "loosening"  # readers were promised a value
    assert [change.kind for change in back.changes] == [expected], told(back)


@pytest.mark.parametrize(("before", "after"), DOCUMENTATION)
def test_words_change_no_row(before: str, after: str, tmp_path: Path) -> None:
    found = difference(tmp_path, WIDE, WIDE.replace(before, after))
    assert [change.kind for change in found.changes] == ["documentation"], told(found)
    assert found.version.suggestion == "1.0.1"


def test_a_renamed_column_is_one_change_not_two(tmp_path: Path) -> None:
    found = difference(tmp_path, WIDE, WIDE.replace("unit_weight", "weight_of_unit"))
    assert found.changes == (Change("breaking", "column unit_weight", "is called weight_of_unit now"),)


def test_a_set_that_lost_and_got_members_is_told_both_ways(tmp_path: Path) -> None:
    old = WIDE.replace(NOTE, NOTE + ", enum: [{value: a}, {value: b}]")
    new = WIDE.replace(NOTE, NOTE + ", enum: [{value: b}, {value: c}]")
    assert told(difference(tmp_path, old, new)) == [
        ("tightening", "rule note_is_known allowed values: a no longer among them"),
        ("loosening", "rule note_is_known allowed values: c added"),
    ]


def test_what_a_failing_row_meets_tells_the_direction(tmp_path: Path) -> None:
    warns = WIDE.replace("onFail, value: quarantine", "onFail, value: warn", 1)
    assert told(difference(tmp_path, WIDE, warns)) == [
        ("loosening", "rule price_is_positive onFail quarantine → warn: a failing row is published with a warning")
    ]
    assert [change.kind for change in difference(tmp_path, warns, WIDE).changes] == ["tightening"]


def test_nothing_differs_from_itself_though_comments_and_order_do(tmp_path: Path) -> None:
    assert difference(tmp_path, WIDE, "# a comment\n" + WIDE).changes == ()


@pytest.mark.parametrize(
    ("kind", "old", "new", "fits", "suggestion"),
    [
        ("breaking", "1.2.3", "2.0.0", True, "2.0.0"),
        ("breaking", "1.2.3", "1.3.0", False, "2.0.0"),
        ("breaking", "0.2.3", "0.3.0", True, "0.3.0"),
        ("tightening", "1.2.3", "1.2.4", False, "1.3.0"),
        ("loosening", "1.2.3", "2.0.0", True, "1.3.0"),
        ("documentation", "1.2.3", "1.2.3", False, "1.2.4"),
        ("documentation", "1.2.3", "1.2.2", False, "1.2.4"),
        ("breaking", "1.2.3", "next", False, "2.0.0"),
    ],
)
def test_the_version_has_to_step_as_the_change_asks(kind: str, old: str, new: str, fits: bool, suggestion: str) -> None:
    step = version_step(old, new, [Change(kind, "", "")])  # type: ignore[arg-type]
    assert (step.fits, step.suggestion) == (fits, suggestion)


@pytest.fixture
def shop(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Twelve sales, three of them in quarantine; returns the file to edit."""
    from ecrec_assets.settings import get_settings

    monkeypatch.setenv("ECREC_EXPECTATIONS", str(tmp_path / "expectations"))
    monkeypatch.setenv("COLUMNS", "200")
    get_settings.cache_clear()
    publish(Lake(home / "lake"), tmp_path / "expectations", sales())
    return tmp_path / "sales.yaml"


def diff(*arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["contract", "diff", *map(str, arguments)])
    return done.exit_code, done.output


def test_the_effect_is_measured_on_published_and_quarantined_rows(shop: Path, home: Path) -> None:
    shop.write_text(SALES.replace("min_value: 0.01", "min_value: -1.5").replace("max_value: 1000", "max_value: 4"))
    code, output = diff(KEY, shop, "--json")
    found = json.loads(output)
    effect = found["effect"]
    assert (code, found["table"], effect["rows"]) == (0, KEY, 12)
    assert (effect["released_by"], effect["quarantined_by"]) == ({"price_is_positive": 2}, {"price_is_not_huge": 9})
    assert (effect["quarantined_before"], effect["quarantined_after"]) == (3, 10)
    assert effect["blocking_before"] == []
    assert effect["blocking_after"] == [
        "9 rows fail 'price_is_not_huge' (75.00%), limit: at most 4, at least 75 % of rows"
    ]
    assert Lake(home / "lake").require(KEY).number == 0


def test_a_breaking_change_ends_with_1_unless_it_is_allowed(shop: Path) -> None:
    shop.write_text(SALES.replace("name: note,", "name: remark,"))
    code, output = diff(KEY, shop, "--no-data")
    assert code == 1 and "breaking" in output and "write 2.0.0" in output
    assert diff(KEY, shop, "--no-data", "--allow")[0] == 0
    assert diff(KEY, KEY)[0] == 0


def test_a_state_of_the_file_in_git_can_be_compared(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    for arguments in (["init", "-q"], ["add", "expectations"], [*identity, "commit", "-qm", "a"]):
        subprocess.run(["git", *arguments], check=True)
    (tmp_path / "expectations" / "raw" / "sales.yaml").write_text(SALES.replace("max_value: 1000", "max_value: 900"))
    code, output = diff("git:HEAD:expectations/raw/sales.yaml", "expectations/raw/sales.yaml", "--no-data")
    assert (code, "max_value: 1000 → 900" in output) == (0, True), output
    code, output = diff("git:HEAD:expectations/raw/nowhere.yaml", KEY)
    assert code == 2 and "nowhere.yaml" in output
    assert diff("raw/seles", KEY)[0] == 2
