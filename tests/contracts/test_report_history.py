"""What the report promises of many verdicts: none is lost, none is told wrongly, one more costs the same."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ecrec_assets.contracts.pages import contract_page
from ecrec_assets.contracts.pages.heat import by_part, by_run
from ecrec_assets.contracts.pages.history import SEALED, keep_seals, read_history
from ecrec_assets.contracts.pages.ledger import Ledger, Line, Mark
from ecrec_assets.contracts.pages.links import Links
from ecrec_assets.contracts.pages.overview import TodayPage, standings
from ecrec_assets.contracts.pages.points import of_line
from ecrec_assets.contracts.pages.site import Site
from ecrec_assets.contracts.report_links import history_page_of, site_of
from ecrec_assets.verdict import PartCount, RuleResult, Verdict
from tests.contracts.test_report import Read, read

START = datetime(2026, 1, 1, tzinfo=UTC)
LINKS = Links("http://127.0.0.1:3000")


def line(number: int, failed: int = 0, state: str = "passed", parts: tuple[PartCount, ...] = ()) -> Line:
    at = START + timedelta(hours=number)
    marks = (
        Mark("is_known", "accuracy", "critical", state, 100, failed, "it fails" if state == "blocked" else ""),
        Mark("has_rows", "completeness", "critical", "passed", None, None, ""),
    )  # type: ignore[arg-type]
    return Line(f"{at:%Y%m%dT%H%M%SZ}-{number:08x}", "raw/made", "1.0.0", at, "run", "", 100, failed, marks, parts)


def verdict(number: int, key: str = "raw/made", failed: int = 0, *, passed: bool = True) -> Verdict:
    at = START + timedelta(hours=number)
    rule = RuleResult(
        "is_known", "expect_x", ("c",), "accuracy", "critical", "quarantine", "Because.", "all", passed, 100, failed
    )
    return Verdict(f"{at:%Y%m%dT%H%M%SZ}-{number:08x}", key, "1.0.0", "0", at, 100, failed, (rule,))


def filled(folder: Path, lines: list[Line]) -> Ledger:
    ledger = Ledger(folder)
    ledger.extend(lines)
    return ledger


def test_a_line_comes_back_as_it_was(tmp_path: Path) -> None:
    one = line(1, 3, "quarantined", (PartCount("1", 4, {"is_known": 3}),))
    ledger = filled(tmp_path, [one, line(2)])
    assert [found for found, _ in ledger.after("raw/made", 0)] == [one, line(2)]
    assert list(ledger.newest_first("raw/made")) == [line(2), one]
    assert ledger.contracts() == ["raw/made"]


def test_lines_longer_than_a_block_are_read_backwards_too(tmp_path: Path) -> None:
    parts = tuple(PartCount(str(n), n, {"is_known": n}) for n in range(9000))
    lines = [line(n, parts=parts) for n in range(3)]
    assert list(filled(tmp_path, lines).newest_first("raw/made")) == lines[::-1]


@pytest.mark.parametrize("kept", [1, 50, -2, -1])
def test_a_line_torn_by_a_kill_is_passed_over_and_loses_no_other(tmp_path: Path, kept: int) -> None:
    ledger = filled(tmp_path, [line(1), line(2)])
    path = tmp_path / "raw" / "made.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + whole.splitlines()[1][:kept])
    ledger.append(line(3))
    assert [found.id for found, _ in ledger.after("raw/made", 0)] == [line(1).id, line(2).id, line(3).id]
    assert [found.id for found in ledger.newest_first("raw/made")] == [line(3).id, line(2).id, line(1).id]


def test_full_pages_are_sealed_once_and_the_rest_is_read_anew(tmp_path: Path) -> None:
    ledger = filled(tmp_path, [line(n, n % 7) for n in range(2 * SEALED + 30)])
    found = read_history(ledger, "raw/made")
    assert (found.count, len(found.tail), [number for number, _ in found.fresh]) == (2 * SEALED + 30, 30, [1, 2])
    keep_seals(ledger, "raw/made", found)
    ledger.append(line(9999, 5))
    again = read_history(ledger, "raw/made")
    assert (again.count, len(again.tail), again.fresh) == (2 * SEALED + 31, 31, ())
    assert again.seals == found.seals
    assert again.recent[-1] == line(9999, 5) and len(again.recent) == SEALED


def test_the_summary_of_a_full_page_never_hides_a_blocked_verdict_or_the_worst_share(tmp_path: Path) -> None:
    lines = [line(n, 1) for n in range(SEALED)]
    lines[73], lines[74] = line(73, 40, "blocked"), line(74, 77, "quarantined")
    (seal,) = read_history(filled(tmp_path, lines), "raw/made").seals
    assert [n for n, point in enumerate(seal.points) if point.kinds["is_known"] == "blocked"] == [7]
    assert seal.points[7].shares["accuracy"] == (0.77, 1)
    assert seal.points[8].shares["accuracy"] == (0.01, 0)
    assert seal.points[7].shares["completeness"] == (None, 0)


def test_a_partition_shows_its_newest_verdict_however_old(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    backfill = line(0, parts=tuple(PartCount(str(week), 10, {"is_known": 1}) for week in (1, 2, 10)))
    ledger.append(backfill)
    for number in range(1, 3 * SEALED):
        ledger.append(line(number, 4, "quarantined", (PartCount("2", 50, {"is_known": 4}),)))
        if number % 97 == 0:
            read_history(ledger, "raw/made")
    owners = read_history(ledger, "raw/made").owners
    assert [one.id for one in owners] == [backfill.id, line(3 * SEALED - 1).id]
    columns = by_part(owners).columns
    assert [column.title for column in columns] == ["partition 1", "partition 2", "partition 10"]
    assert [column.cells["is_known"].failed for column in columns] == [1, 4, 1]
    assert columns[1].cells["is_known"].text == "4 of 50 rows set aside (8\N{NO-BREAK SPACE}%)"


def test_an_older_verdict_that_comes_late_does_not_take_a_partition(tmp_path: Path) -> None:
    new = line(5, parts=(PartCount("1", 10, {"is_known": 2}),))
    old = line(1, parts=(PartCount("1", 10, {"is_known": 9}),))
    (column,) = by_part(read_history(filled(tmp_path, [new, old]), "raw/made").owners).columns
    assert column.cells["is_known"].failed == 2


def test_the_levels_of_a_cell_are_those_of_the_legend() -> None:
    cell = by_run([line(1, 1)]).columns[0].cells["is_known"]
    found = [cell._replace(failed=failed, checked=10_000).level for failed in (1, 9, 10, 99, 100, 499, 500, 10_000)]
    assert found == [1, 1, 2, 2, 3, 3, 4, 4]


def test_shares_of_a_dimension_leave_out_rules_that_judge_no_rows() -> None:
    assert of_line(line(1, 25)).shares == {"accuracy": (0.25, 0), "completeness": (None, 0)}


def test_today_says_what_is_blocked_and_what_changed_within_a_day(tmp_path: Path) -> None:
    site = Site(tmp_path, LINKS)
    made = [
        *(verdict(0, "raw/a"), verdict(30, "raw/a", 50, passed=False)),
        *(verdict(0, "raw/b", 50, passed=False), verdict(30, "raw/b")),
        *(verdict(0, "raw/c"), verdict(30, "raw/c", 7), verdict(31, "raw/d")),
    ]
    for one in made:
        site.write_verdict(one, {}, {})
        site.list_verdicts([one])
    words = read(tmp_path, "today.html").words
    assert "Not all of it: 1 of 4 tables is blocked" in words
    assert "Blocked now 1 raw/a 50 rows fail 'is_known' (50.00%), limit: all" in words
    assert "Passing again 1 raw/b" in words
    assert "More rows set aside 2 raw/a 50" in words
    assert "Audited for the first time 1 raw/d" in words
    index = read(tmp_path, "index.html").words
    assert "4 audited: 3 passed, 1 blocked" in index
    assert "Readers still get what passed on 2026-01-01 00:00:00 UTC" in index


def test_nothing_to_say_when_nothing_changed(tmp_path: Path) -> None:
    lines = [replace(line(n), contract="raw/a") for n in range(0, 60, 10)]
    page = TodayPage(standings(filled(tmp_path, lines)))
    assert page.changes == [] and page.blocked == []


def test_a_table_is_late_after_twice_its_usual_pause(tmp_path: Path) -> None:
    (standing,) = standings(filled(tmp_path, [line(n) for n in (0, 24, 48, 72)]))
    assert standing.due == START + timedelta(hours=72 + 48)
    (unknown,) = standings(filled(tmp_path / "two", [line(n) for n in (0, 24)]))
    assert unknown.due is None


def test_earlier_runs_have_pages_that_the_contract_links_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecrec_assets.contracts.pages.history.SEALED", 10)
    site = Site(tmp_path, LINKS)
    for number in range(25):
        one = verdict(number, failed=number)
        site.write_verdict(one, {}, {})
        site.list_verdicts([one])
    page = read(tmp_path, history_page_of("raw/made"))
    assert "25 verdicts" in page.words
    assert {link for link in page.links if link.startswith("runs-")} == {"runs-0001.html", "runs-0002.html"}
    folder = site_of(tmp_path) / "verdicts" / "raw" / "made"
    shown = [Read((folder / f"runs-000{number}.html").read_text()) for number in (1, 2)]
    assert all("10 verdicts" in one.words for one in shown)
    for number in range(25):
        name = f"{verdict(number).id}.html"
        assert name in page.links or any(name in one.links for one in shown)
    assert contract_page.LISTED >= 25


def write_twenty(reports: Path, first: int) -> None:
    site = Site(reports, LINKS)
    for number in range(first, first + 20):
        one = verdict(number)
        site.write_verdict(one, {}, {})
        site.list_verdicts([one])


def writer(reports: Path, first: int) -> Any:
    """Another process, with everything imported already."""
    process = multiprocessing.get_context("fork").Process(target=write_twenty, args=(reports, first))
    process.start()
    return process


def test_two_writers_at_once_lose_no_verdict(tmp_path: Path) -> None:
    running = [writer(tmp_path, first) for first in (0, 1000)]
    for process in running:
        process.join(120)
    assert [process.exitcode for process in running] == [0, 0]
    wanted = {verdict(first + n).id for first in (0, 1000) for n in range(20)}
    assert {found.id for found in Ledger(tmp_path / "ledger").newest_first("raw/made")} == wanted
    assert wanted <= {link.removesuffix(".html") for link in read(tmp_path, history_page_of("raw/made")).links}


def test_a_writer_that_is_killed_leaves_a_report_that_opens_and_goes_on(tmp_path: Path) -> None:
    process = writer(tmp_path, 0)
    listing = site_of(tmp_path) / history_page_of("raw/made")
    while not listing.exists():
        assert process.is_alive()
    process.kill()
    process.join()
    one = verdict(500)
    site = Site(tmp_path, LINKS)
    site.write_verdict(one, {}, {})
    site.list_verdicts([one])
    page = Read(listing.read_text())
    assert f"{one.id}.html" in page.links
    assert listing.read_text().endswith("</html>")
    for link in page.links:
        assert link.startswith(("#", "http://127.0.0.1:3000/")) or (listing.parent / link.partition("#")[0]).is_file()
