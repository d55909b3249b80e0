"""The report in a real browser: it can be read and used, nothing foreign runs, nothing is asked of another host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.model import Column, Contract, Rule
from ecrec_assets.contracts.report_links import history_page_of, latest_page_of, site_of, suite_page_of
from ecrec_assets.serve.reports import serve_reports
from tests.contracts.devtools import MISSING, Tab, browser
from tests.contracts.test_report import LIVE, NOW, contract_of, in_set, rule, shown, titles

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(MISSING, reason="needs Debian's chromium: `make test-browser`"),
]

RUN = "b1718b79-b5fc-46e2-a371-739cf59f01fa"
MODEL = "http://127.0.0.1:5000/#/experiments/1/runs/2"
SALES = history_page_of("raw/sales")
PAGES = [
    *("index.html", "today.html", SALES, latest_page_of("raw/sales"), suite_page_of("raw/sales")),
    *(history_page_of("raw/titles"), latest_page_of("raw/titles"), suite_page_of("raw/titles")),
]


def sales(reports: Path) -> None:
    """Thirty weeks in one audit: some prices fail in weeks 7 and 30, and one name is missing everywhere."""
    weeks = [week for week in range(1, 31) for _ in range(50)]
    price = [-1.0 if week in (7, 30) and n % 10 == 0 else 1.0 for n, week in enumerate(weeks)]
    frame = pl.LazyFrame({"week": weeks, "price": price, "card": ["secret"] * 1500, "title": ["茶 tea"] * 1500})
    positive = rule("price_is_positive", "expect_column_values_to_be_between", column="price", min_value=0, mostly=0.9)
    present = rule("title_is_present", "expect_column_values_to_not_be_null", column="title")
    few = Rule(
        "few_rows", "expect_table_row_count_to_be_between", {"max_value": 10}, "completeness", "warning", "warn", "So."
    )
    columns = (
        *(Column("week", pl.Int64()), Column("price", pl.Float64()), Column("title", pl.String())),
        Column("card", pl.String(), classification="personal"),
    )
    contract = Contract("raw/sales", "1.0.0", "", columns, (positive, present, few), partition_by="week", digest="0")
    audit(frame, contract, now=NOW, reports=reports, run_id=RUN, partition="week 1 to 30", model_run=MODEL)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good table by week, and one whose titles, rules and runs are live HTML and whose last verdict is blocked."""
    reports = tmp_path_factory.mktemp("reports")
    odd = rule(f"is_odd {LIVE}", f"expect_{LIVE}", f"Reason {LIVE}", column="title")
    many = in_set("tea", LIVE, *[f"a rather long product title number {n}" for n in range(40)], mostly=0.1)
    shown(titles("tea", "https://example.org/x.png"), contract_of(many), reports)
    shown(titles(LIVE, f"{LIVE}2", "x" * 400), contract_of(many, odd), reports, later=1, run=f"run {LIVE}")
    sales(reports)
    return reports


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with browser(tmp_path_factory.mktemp("chromium")) as found:
        yield found


@pytest.fixture(scope="module")
def url(reports: Path) -> Iterator[str]:
    with serve_reports(site_of(reports), "127.0.0.1", 0) as server:
        yield server.url


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_only_our_script_and_asks_nobody_else(tab: Tab, url: str, page: str) -> None:
    tab.open(f"{url}/{page}")
    assert tab.console == []
    assert tab.hosts == {"127.0.0.1"}
    assert {asked.removeprefix(url) for asked in tab.asked} <= {
        *(f"/{page}", "/static/report.css", "/static/report.js", "/static/icon.svg")
    }
    assert (
        tab.ask("document.querySelectorAll('img, iframe, object, script:not([src]), [onerror], [style]').length") == 0
    )
    assert "live" not in tab.ask("document.title")
    assert tab.ask("getComputedStyle(document.querySelector('nav')).display") == "flex"


def test_the_same_watch_sees_a_page_that_misbehaves(tab: Tab, url: str, reports: Path) -> None:
    """With our policy its script is reported and stopped; without, it runs and its image is asked of another host."""
    page = (site_of(reports) / "index.html").read_text()
    hostile = page.replace("</main>", f'</main>{LIVE}<img src="http://example.invalid/x.png">')
    for name, html in (("with", hostile), ("without", hostile.replace("Content-Security-Policy", "x"))):
        (reports / f"{name}.html").write_text(html)
    tab.open((reports / "with.html").as_uri())
    assert any("Content Security Policy" in line for line in tab.console)
    assert (tab.ask("document.title"), tab.hosts) == ("Contracts", {""})
    tab.open((reports / "without.html").as_uri())
    assert tab.ask("document.title") != "Contracts"
    assert "example.invalid" in tab.hosts


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_is_no_wider_than_the_screen(tab: Tab, url: str, page: str, width: int) -> None:
    tab.size(width)
    tab.open(f"{url}/{page}")
    assert tab.ask("innerWidth") == width
    assert tab.ask("document.documentElement.scrollWidth") <= width


def test_the_heat_map_scrolls_in_its_own_box_and_its_rules_stay_in_sight(tab: Tab, url: str) -> None:
    tab.size(360)
    tab.open(f"{url}/{SALES}")
    wide, seen = tab.ask("(box => [box.scrollWidth, box.clientWidth])(document.querySelector('.heat-box'))")
    assert wide > seen <= 360
    sight = "Math.round(document.querySelectorAll('.heat tbody th')[1].getBoundingClientRect().left)"
    newest = tab.ask("[...document.querySelectorAll('.heads a')].at(-1).getBoundingClientRect().right")
    assert newest <= 360
    before = tab.ask(sight)
    tab.ask("document.querySelector('.heat-box').scrollLeft = -9999")
    assert tab.ask(sight) == before


def test_one_walks_from_a_cell_to_the_rule_the_rows_and_the_runs(tab: Tab, url: str) -> None:
    tab.size(1280)
    tab.open(f"{url}/index.html")
    assert tab.follow('a[href="verdicts/raw/sales/index.html"]').endswith(SALES)
    cells = tab.ask("[...document.querySelectorAll('[data-rule=price_is_positive] td')].map(c => c.textContent)")
    assert [week for week, cell in enumerate(cells, 1) if cell != "·"] == [7, 30]
    assert cells[6] == "▇"
    title = tab.ask("document.querySelectorAll('[data-rule=price_is_positive] td')[6].querySelector('a').title")
    assert title == "week 7: 5 of 50 rows set aside (10\N{NO-BREAK SPACE}%)"
    assert tab.follow("[data-rule=price_is_positive] td a").endswith(".html#price_is_positive")
    assert "price_is_positive" in tab.ask("document.querySelector('.list :target').innerText")
    links = tab.ask("[...document.querySelectorAll('.facts a')].map(a => a.href)")
    assert f"http://127.0.0.1:3000/runs/{RUN}" in links and MODEL in links
    assert tab.follow("tr:target .go a").endswith(".rows.html#price_is_positive")
    rows = tab.ask("document.querySelector('.rows').innerText")
    assert "(withheld)" in rows and "secret" not in rows and "茶 tea" in rows
    assert "ecrec quarantine show raw/sales --rule price_is_positive" in tab.ask("document.body.innerText")


def test_a_rule_that_judged_all_partitions_together_is_one_band(tab: Tab, url: str) -> None:
    tab.open(f"{url}/{SALES}")
    found = tab.ask("[...document.querySelectorAll('[data-rule=few_rows] td')].map(c => [c.colSpan, c.className])")
    assert found == [[30, "failed whole"]]
    assert "week 1 to week 30 together" in tab.ask("document.querySelector('[data-rule=few_rows] td').innerText")


def chosen(tab: Tab, name: str, value: str) -> list[str]:
    """The rules in sight once something is chosen in the filter."""
    tab.ask(f"document.querySelector('select[name={name}]').value = '{value}'")
    return tab.ask(
        "[...document.querySelectorAll('.heat tr[data-rule]')].filter(r => r.offsetParent).map(r => r.dataset.rule)"
    )


@pytest.mark.parametrize("scripts", [True, False])
def test_the_filter_needs_neither_network_nor_script(tab: Tab, url: str, scripts: bool) -> None:
    tab.call("Emulation.setScriptExecutionDisabled", value=not scripts)
    try:
        tab.open(f"{url}/{SALES}")
        asked = len(tab.asked)
        every = ["price_is_positive", "title_is_present", "few_rows"]
        assert chosen(tab, "dimension", "") == every
        assert chosen(tab, "dimension", "completeness") == ["few_rows"]
        assert chosen(tab, "dimension", "") == every
        assert chosen(tab, "severity", "critical") == every[:2]
        assert chosen(tab, "severity", "") == every
        assert chosen(tab, "state", "rows") == ["price_is_positive", "few_rows"]
        assert chosen(tab, "state", "bad") == ["few_rows"]
        assert len(tab.asked) == asked
    finally:
        tab.call("Emulation.setScriptExecutionDisabled", value=False)


def test_arrow_keys_walk_the_cells_and_say_each_in_words(tab: Tab, url: str) -> None:
    tab.open(f"{url}/{SALES}")
    tab.ask("document.querySelector('.heat-box').focus()")
    said = []
    for key in ("ArrowLeft", "ArrowDown", "ArrowLeft", "ArrowDown"):
        tab.press(key)
        said.append(tab.ask("document.querySelector('.inspector').textContent"))
    assert said == [
        "all rules · week 30: passed, some rows fail",
        "price_is_positive · week 30: 5 of 50 rows set aside (10\N{NO-BREAK SPACE}%)",
        "price_is_positive · week 29: holds",
        "title_is_present · week 29: holds",
    ]
    tab.events = []
    tab.press("Enter")
    tab.wait_for("Page.loadEventFired")
    assert tab.ask("location.hash") == "#title_is_present"


def test_every_cell_tells_its_state_without_colour(tab: Tab, url: str) -> None:
    tab.open(f"{url}/{history_page_of('raw/titles')}")
    signs = tab.ask(
        "[...document.querySelectorAll('.heat tbody td')].map(c => [c.className.split(' ')[0], c.textContent])"
    )
    assert {tuple(sign) for sign in signs} <= {
        *(("", "·"), ("ok", "·"), ("none", "–"), ("failed", "!"), ("blocked", "✕"), ("some", "·")),
        *(("some", bar) for bar in "▁▃▅▇"),
    }
    assert ["blocked", "✕"] in signs and ["none", "–"] in signs
    assert tab.ask("document.querySelectorAll('svg:not([aria-label])').length") == 0


def test_times_say_how_long_ago_and_dark_mode_is_dark(tab: Tab, url: str) -> None:
    tab.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    tab.open(f"{url}/{SALES}")
    assert tab.ask("getComputedStyle(document.body).backgroundColor") == "rgb(15, 20, 26)"
    assert "d ago" in tab.ask("document.querySelector('time').nextElementSibling.textContent")
    tab.call("Emulation.setEmulatedMedia", features=[])


def test_the_report_opens_from_disk_with_style_and_script(tab: Tab, reports: Path) -> None:
    tab.open((site_of(reports) / SALES).as_uri())
    assert tab.console == []
    assert {asked.partition(":")[0] for asked in tab.asked} == {"file"}
    assert tab.ask("getComputedStyle(document.querySelector('nav')).display") == "flex"
    assert "ago" in tab.ask("document.querySelector('time').nextElementSibling.textContent")
    assert tab.follow("[data-rule=price_is_positive] td a").endswith(".html#price_is_positive")
