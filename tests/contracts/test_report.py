"""What the report promises: every verdict has a page, nothing on it is live, nothing comes from elsewhere."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from great_expectations.render import RenderedStringTemplateContent, RenderedTableContent

from ecrec_assets.contracts.context import open_context
from ecrec_assets.contracts.engine.datasource import FRAME
from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.model import Column, Contract, Rule
from ecrec_assets.contracts.pages.blocks import html_of
from ecrec_assets.contracts.pages.stock import stock_docs
from ecrec_assets.contracts.pages.stores import ALL_FAILING, write_whole
from ecrec_assets.contracts.pages.view import share
from ecrec_assets.contracts.report import rebuild
from ecrec_assets.contracts.report_links import (
    history_page_of,
    latest_page_of,
    page_of,
    site_of,
    suite_page_of,
)
from ecrec_assets.verdict import Verdict

NOW = datetime(2017, 3, 1, 12, tzinfo=UTC)
LIVE = '<script>document.title="live"</script><img src=x onerror="document.title=1">'
ALLOWED = {
    *("html", "head", "meta", "title", "link", "body", "nav", "main", "header", "section", "div", "p", "a", "b", "br"),
    *("h1", "h2", "h3", "small", "span", "code", "i", "ul", "li", "dl", "dt", "dd", "time", "form", "label", "select"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "option", "svg", "path", "script"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "rel", "href", "class", "id", "data-label", "colspan", "src"),
    *("defer", "datetime", "scope", "title", "tabindex", "role", "aria-label", "aria-labelledby", "hidden", "value"),
    *("data-dimension", "data-severity", "data-state", "data-rule", "data-due", "viewbox", "d"),
    "preserveaspectratio",
}


def contract_of(*rules: Rule, key: str = "raw/titles", column: str = "title") -> Contract:
    return Contract(key, "2.1.0", "", (Column(column, pl.String()),), rules, digest="0123456789abcdef")


def rule(name: str, expectation: str, reason: str = "Because.", **kwargs: Any) -> Rule:
    return Rule(name, expectation, kwargs, "accuracy", "critical", "quarantine", reason)


def in_set(*values: str, column: str = "title", mostly: float = 1, reason: str = "Because.") -> Rule:
    expectation = "expect_column_values_to_be_in_set"
    return rule("is_known", expectation, reason, column=column, value_set=list(values), mostly=mostly)


def titles(*values: str | None, column: str = "title") -> pl.LazyFrame:
    return pl.LazyFrame({column: list(values)}, schema={column: pl.String})


def shown(frame: pl.LazyFrame, contract: Contract, reports: Path, *, later: int = 0, run: str = "run 7") -> Verdict:
    return audit(frame, contract, run_id=run, now=NOW + timedelta(seconds=later), reports=reports).verdict


class Read(HTMLParser):
    """A page as a browser takes it: its tags, its attributes, its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.pieces: list[str] = []
        self.scripts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag == "script":
            self.scripts.append(str(dict(attrs).get("src")).rpartition("/")[2])

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def words(self) -> str:
        """The text with one space between any two words."""
        return " ".join(" ".join(self.pieces).split())

    @property
    def links(self) -> list[str]:
        return [value or "" for name, value in self.attributes if name in ("href", "src", "action", "data", "srcset")]


def read(reports: Path, page: str) -> Read:
    return Read((site_of(reports) / page).read_text(encoding="utf-8"))


def every_page(reports: Path) -> dict[Path, Read]:
    return {path: Read(path.read_text(encoding="utf-8")) for path in site_of(reports).rglob("*.html")}


def test_the_page_of_a_verdict_lies_where_the_link_says(tmp_path: Path) -> None:
    verdict = shown(titles("tea", "milk"), contract_of(in_set("tea", mostly=0.5)), tmp_path)
    page = read(tmp_path, page_of("raw/titles", verdict.id))
    for said in ("raw/titles", "2.1.0", "passed", "run 7", "2017-03-01 12:00:00 UTC", verdict.id, "0123456789abcdef"):
        assert said in page.text
    assert read(tmp_path, latest_page_of("raw/titles")).text == page.text


def test_the_page_shows_what_became_of_the_rows(tmp_path: Path) -> None:
    verdict = shown(titles(*["tea"] * 1999, "milk"), contract_of(in_set("tea", mostly=0.5)), tmp_path)
    text = read(tmp_path, page_of("raw/titles", verdict.id)).words
    assert "Rows in 2,000 Published 1,999 Quarantined 1 0.05" in text
    assert "1,999 rows may be published" in text


def test_a_blocked_verdict_publishes_nothing_and_says_why(tmp_path: Path) -> None:
    verdict = shown(titles("tea", "milk"), contract_of(in_set("tea", mostly=0.9)), tmp_path)
    page = read(tmp_path, page_of("raw/titles", verdict.id))
    text = page.words
    assert "Rows in 2 Published 0 Failing rows 1" in text
    assert verdict.blocking[0].sentence() in page.text
    assert "Not published" in text


def test_every_rule_is_shown_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    verdict = shown(titles("tea", "milk", "milk"), contract_of(in_set("tea", mostly=0.2)), tmp_path)
    text = read(tmp_path, page_of("raw/titles", verdict.id)).words
    assert "title values must belong to this set: tea , at least 20 % of the time." in text
    for said in ("is_known", "Because.", "accuracy", "critical", "on failure: quarantine", "one of tea"):
        assert said in text
    assert "2 rows fail 66.7 % of 3" in text
    assert "milk ×2" in text


def test_rules_that_block_come_first(tmp_path: Path) -> None:
    present = rule("is_present", "expect_column_values_to_not_be_null", column="title")
    verdict = shown(titles("tea", "milk"), contract_of(present, in_set("tea")), tmp_path)
    text = read(tmp_path, page_of("raw/titles", verdict.id)).text
    assert text.index("Blocking") < text.rindex("is_known") < text.index("Held") < text.index("is_present")


def test_a_rule_that_could_not_be_checked_shows_its_error(tmp_path: Path) -> None:
    refused = rule("is_odd", "expect_column_values_to_be_odd", column="title")
    verdict = shown(titles("tea"), contract_of(refused), tmp_path)
    text = read(tmp_path, page_of("raw/titles", verdict.id)).text
    assert "Could not be checked: there is no expectation called expect_column_values_to_be_odd" in text


def test_every_suite_has_a_page_with_its_rules_in_words(tmp_path: Path) -> None:
    shown(titles("tea"), contract_of(in_set("tea", reason="Only tea is sold.")), tmp_path)
    text = read(tmp_path, suite_page_of("raw/titles")).words
    assert "is_known title values must belong to this set: tea . Only tea is sold." in text


def test_nothing_that_data_or_contract_say_becomes_part_of_a_page(tmp_path: Path) -> None:
    column = f"title {LIVE}"
    hostile = contract_of(
        replace(in_set(LIVE, "tea", column=column, reason=f"Reason {LIVE}"), name="is_known"),
        rule("matches", "expect_column_values_to_match_regex", column=column, regex=f"^[^<]+{LIVE}"),
        rule("is_odd", f"expect_{LIVE}", column=column),
        rule("is_long", "expect_column_value_lengths_to_be_between", column=f"missing {LIVE}", min_value=1),
        column=column,
    )
    hostile = replace(hostile, version=f"1 {LIVE}", digest=f"f {LIVE}")
    shown(titles(LIVE, "tea", f"milk {LIVE}", column=column), hostile, tmp_path, run=f"run {LIVE}")
    pages = every_page(tmp_path)
    assert len(pages) == 7
    for page in pages.values():
        assert page.tags <= ALLOWED
        assert {name for name, _ in page.attributes} <= ATTRIBUTES
        assert page.scripts == ["report.js"]
    verdict_page = next(page for path, page in pages.items() if path.name == "latest.html")
    said = (
        f"^[^<]+{LIVE}",
        f"milk {LIVE}",
        f"Reason {LIVE}",
        f"run {LIVE}",
        f"f {LIVE}",
        f"1 {LIVE}",
        f"missing {LIVE}",
    )
    for text in said:
        assert text in verdict_page.text


def test_a_hostile_name_of_a_contract_is_only_a_name(tmp_path: Path) -> None:
    key = 'raw/a"onclick=x <b> %2e%2e é'
    shown(titles("tea"), contract_of(in_set("tea"), key=key), tmp_path)
    for page in every_page(tmp_path).values():
        assert page.tags <= ALLOWED
        assert "onclick" not in {name for name, _ in page.attributes}
    links = read(tmp_path, "index.html").links
    assert any(link.endswith("raw/a%22onclick%3Dx%20%3Cb%3E%20%252e%252e%20%C3%A9/index.html") for link in links)


def test_blocks_of_great_expectations_keep_their_words_and_lose_their_markup() -> None:
    sentence = {
        "template": "$column must be ${low} <b>$$5</b> $unknown\nnot $",
        "params": {"column": LIVE, "low": 3},
        "tag": "script",
        "styling": {"default": {"classes": ["badge", '"><script>']}, "attributes": {"onclick": "x()"}},
        "tooltip": {"content": LIVE},
    }
    table = RenderedTableContent(
        table=[["<i>1</i>", RenderedStringTemplateContent(string_template=sentence)]], header_row=["<th>"]
    )
    html = str(html_of([table, {"content_block_type": "graph", "graph": {"x": LIVE}}, LIVE]))
    page = Read(html)
    assert page.tags == {"table", "tr", "th", "td", "code", "br"}
    assert page.attributes == [("class", "plain")]
    assert "must be 3 <b>$5</b> $unknownnot $" in page.text
    assert page.text.count(LIVE) == 2


def test_pages_ask_no_other_host_and_forbid_it(tmp_path: Path) -> None:
    shown(titles("tea", "https://example.org/x.js"), contract_of(in_set("tea")), tmp_path)
    for path, page in every_page(tmp_path).items():
        assert ("http-equiv", "Content-Security-Policy") in page.attributes
        assert any(
            name == "content" and (value or "").startswith("default-src 'none'; script-src 'self'")
            for name, value in page.attributes
        )
        for link in page.links:
            assert not link.startswith(("http:", "https:", "//", "data:", "javascript:", "/"))
            target = (path.parent / link.partition("#")[0]) if not link.startswith("#") else path
            assert target.resolve().is_file(), f"{path} links to {link}"


def test_the_site_holds_no_file_but_our_own(tmp_path: Path) -> None:
    shown(titles("tea"), contract_of(in_set("tea")), tmp_path)
    others = {
        p.relative_to(site_of(tmp_path)).as_posix()
        for p in site_of(tmp_path).rglob("*")
        if p.suffix != ".html" and p.is_file()
    }
    assert others == {".lock", "static/icon.svg", "static/report.css", "static/report.js"}
    assert "url(" not in (site_of(tmp_path) / "static/report.css").read_text()


def test_the_index_shows_the_last_verdict_of_each_contract(tmp_path: Path) -> None:
    first, second = contract_of(in_set("tea")), contract_of(in_set("tea"), key="raw/others")
    shown(titles("milk"), first, tmp_path, later=0)
    shown(titles("tea"), second, tmp_path, later=1)
    last = shown(titles("tea"), first, tmp_path, later=2)
    index = read(tmp_path, "index.html")
    assert index.words.index("others") < index.words.index("titles")
    assert "2 audited: 2 passed" in index.words
    assert page_of("raw/titles", last.id) in index.links


def test_an_older_verdict_does_not_become_the_latest(tmp_path: Path) -> None:
    contract = contract_of(in_set("tea"))
    newest = shown(titles("tea"), contract, tmp_path, later=5)
    shown(titles("milk"), contract, tmp_path, later=0)
    assert newest.id in read(tmp_path, latest_page_of("raw/titles")).text


def test_a_stored_result_never_holds_every_failing_value(tmp_path: Path) -> None:
    context = open_context(tmp_path)
    data = context.data_sources.add_polars("lake").add_table_asset("t").add_batch_definition_whole_table("all")
    import great_expectations as gx

    rows = gx.expectations.ExpectColumnValuesToBeInSet(column="title", value_set=["tea"])
    suite = context.suites.add(gx.ExpectationSuite("t", expectations=[rows]))
    definition = context.validation_definitions.add(gx.ValidationDefinition(name="t", data=data, suite=suite))
    frame = titles(*[f"secret {number}" for number in range(500)])
    complete = {"result_format": "COMPLETE", "partial_unexpected_count": 3}
    definition.run(batch_parameters={FRAME: frame}, result_format=complete)
    (stored,) = (tmp_path / "results").rglob("*.json")
    (result,) = json.loads(stored.read_text())["results"]
    assert result["result"]["unexpected_count"] == 500
    assert not result["result"].keys() & set(ALL_FAILING)
    assert stored.read_text().count("secret") <= 6


def test_nothing_is_kept_without_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    audit(titles("tea"), contract_of(in_set("tea")), now=NOW)
    context = open_context(None)
    assert context.get_docs_sites_urls() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("root", [None, "reports"])
def test_contexts_send_nothing_and_print_no_progress(root: str | None, tmp_path: Path) -> None:
    context = open_context(tmp_path / root if root else None)
    assert context.config.analytics_enabled is False
    assert context.progress_bars["globally"] is False
    assert context.data_sources.add_polars("lake").type == "polars"


def test_all_pages_can_be_made_again(tmp_path: Path) -> None:
    shown(titles("tea", "milk"), contract_of(in_set("tea")), tmp_path)
    shown(titles("tea"), contract_of(in_set("tea")), tmp_path, later=1)
    before = {path: path.read_text() for path in site_of(tmp_path).rglob("*.html")}
    for path in before:
        path.unlink()
    assert rebuild(tmp_path) == 2
    assert {path: path.read_text() for path in site_of(tmp_path).rglob("*.html")} == before


def test_a_report_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    """It had verdicts and their pages, and no ledger."""
    older = shown(titles("milk"), contract_of(in_set("tea")), tmp_path)
    killed = shown(titles("milk"), contract_of(in_set("tea")), tmp_path, later=1)
    (site_of(tmp_path) / page_of("raw/titles", killed.id)).unlink()
    shutil.rmtree(tmp_path / "ledger")
    newest = shown(titles("tea"), contract_of(in_set("tea")), tmp_path, later=2)
    links = read(tmp_path, history_page_of("raw/titles")).links
    assert f"{older.id}.html" in links and f"{newest.id}.html" in links
    assert f"{killed.id}.html" not in links


def test_the_page_of_a_contract_lists_every_verdict_newest_first(tmp_path: Path) -> None:
    contract = contract_of(in_set("tea"))
    ids = [shown(titles("tea"), contract, tmp_path, later=later).id for later in (0, 2, 1)]
    wanted = [f"{verdict_id}.html" for verdict_id in sorted(ids, reverse=True)]
    links = [link for link in read(tmp_path, history_page_of("raw/titles")).links if link in wanted]
    assert links[:3] == wanted[::-1]  # the columns of the heat map
    assert links[-3:] == wanted


def test_a_verdict_links_to_its_run_in_dagster_and_its_model_in_mlflow(tmp_path: Path) -> None:
    run, model = "b1718b79-b5fc-46e2-a371-739cf59f01fa", "http://me:secret@mlflow.shop:5000/#/experiments/1/runs/2"
    contract = contract_of(in_set("tea"))
    verdict = audit(titles("tea"), contract, now=NOW, reports=tmp_path, run_id=run, model_run=model).verdict
    page = read(tmp_path, page_of("raw/titles", verdict.id))
    assert f"http://127.0.0.1:3000/runs/{run}" in page.links
    assert "http://mlflow.shop:5000/#/experiments/1/runs/2" in page.links
    assert not any("secret" in path.read_text() for path in site_of(tmp_path).rglob("*.html"))


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "file:///etc/passwd", LIVE]
)
def test_what_is_no_web_page_is_no_link(tmp_path: Path, address: str) -> None:
    verdict = audit(
        titles("tea"), contract_of(in_set("tea")), now=NOW, reports=tmp_path, run_id=address, model_run=address
    ).verdict
    page = read(tmp_path, page_of("raw/titles", verdict.id))
    assert not [link for link in page.links if "MLflow" in link or ":" in link or link.startswith("//")]


def test_stock_data_docs_hold_the_same_results_and_no_live_value(tmp_path: Path) -> None:
    contract = contract_of(replace(in_set(LIVE, "tea", reason=f"Reason {LIVE}"), name="is_known"))
    shown(titles("milk", f"{LIVE}2"), contract, tmp_path)
    index = stock_docs(tmp_path, tmp_path / "stock", [contract])
    (page,) = (tmp_path / "stock" / "validations").rglob("*.html")
    html = page.read_text()
    assert "raw.titles" in index.read_text()
    assert "milk" in html and "must belong to this set" in html
    assert LIVE not in html and LIVE not in index.read_text()
    (suite,) = (tmp_path / "stock" / "expectations").rglob("*.html")
    assert LIVE not in suite.read_text()


def test_a_writer_that_dies_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "index.html"
    write_whole(path, b"old")

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", die)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, "0"), (0, 9, "0"), (9, 9, "100"), (999_999, 1_000_000, "99.9"), (1, 1_000_000, "< 0.01"), (1, 3, "33.3")],
)
def test_a_share_never_hides_a_row(part: int, whole: int, said: str) -> None:
    assert share(part, whole) == f"{said}\N{NO-BREAK SPACE}%"


class Killed(BaseException):
    """Not an error: nothing after it runs, as after a kill."""


def audited_until(moment: int, contract: Contract, reports: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """One audit that dies where it is about to put its file number `moment` in place; False if it has fewer."""
    written = itertools.count()
    put_in_place = Path.replace

    def die_in_time(beside: Path, path: Path) -> Path:
        if next(written) == moment:
            raise Killed
        return put_in_place(beside, path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", die_in_time)
        patch.setattr(Path, "unlink", lambda *_, **__: None)
        try:
            shown(titles("tea", "milk"), contract, reports, later=moment)
        except Killed:
            return True
    return False


def test_an_audit_killed_at_any_file_leaves_whole_pages_and_no_dead_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = contract_of(in_set("tea"))
    shown(titles("tea"), contract, tmp_path, later=-1)
    moments = 0
    while audited_until(moments, contract, tmp_path, monkeypatch):
        moments += 1
        for path in site_of(tmp_path).rglob("*.html"):
            html = path.read_text(encoding="utf-8")
            assert html.endswith("</html>")
            if path.name.endswith(".rows.html"):
                continue  # it lies there before its verdict's page, and nothing leads to it but that
            targets = [link.partition("#")[0] for link in Read(html).links if not link.startswith("#")]
            assert all((path.parent / target).is_file() for target in targets), path
    assert moments == 11
    assert "1 audited: 0 passed, 1 blocked" in read(tmp_path, "index.html").words
    assert any(path.name.startswith(".") for path in (tmp_path / "verdicts").rglob("*"))


def audits_of(table: str, reports: Path, times: int) -> subprocess.Popen[str]:
    """Another process that audits one table again and again; it says 'ready' before the first."""
    code = (
        "import sys; from pathlib import Path; from tests.contracts.test_report import *\n"
        "contract = contract_of(in_set('tea'), key=f'raw/{sys.argv[1]}'); print('ready', flush=True)\n"
        "for n in range(int(sys.argv[3])): shown(titles('tea'), contract, Path(sys.argv[2]), later=n)\n"
    )
    command = [sys.executable, "-c", code, table, str(reports), str(times)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


@pytest.mark.slow
def test_audits_in_several_processes_lose_no_verdict(tmp_path: Path) -> None:
    running = [audits_of(table, tmp_path, 5) for table in ("one", "two", "two")]
    assert [process.wait(timeout=200) for process in running] == [0, 0, 0]
    history = {table: read(tmp_path, history_page_of(f"raw/{table}")).words for table in ("one", "two")}
    assert "5 verdicts" in history["one"]
    assert "10 verdicts" in history["two"]
    assert "2 audited: 2 passed" in read(tmp_path, "index.html").words
