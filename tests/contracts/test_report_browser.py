"""The report in a real browser: nothing runs, nothing is asked of another host, nothing is wider than a phone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from ecrec_assets.contracts.report_links import history_page_of, latest_page_of, site_of, suite_page_of
from ecrec_assets.serve.reports import serve_reports
from tests.contracts.test_report import LIVE, contract_of, in_set, rule, shown, titles

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="needs Debian's chromium: `make test-browser`"),
]

PAGES = ["index.html", latest_page_of("raw/titles"), history_page_of("raw/titles"), suite_page_of("raw/titles")]
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--enable-logging=stderr"),
)


class Visit(NamedTuple):
    """A page after it was loaded: its DOM, what the console says, and which hosts and paths it asked for."""

    dom: str
    console: list[str]
    hosts: set[str]
    paths: set[str]


def visit(url: str, scratch: Path, *flags: str) -> Visit:
    log = scratch / "net.json"
    command = [
        "chromium",
        *QUIET,
        f"--user-data-dir={scratch / 'profile'}",
        f"--log-net-log={log}",
        *flags,
        "--dump-dom",
        url,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    events = json.loads(log.read_text())
    kind = events["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    started = [event["params"] for event in events["events"] if event["type"] == kind and "params" in event]
    origin = "http://" + urlsplit(url).netloc
    asked = [urlsplit(one["url"]) for one in started if one.get("initiator") == origin]  # not by the browser itself
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return Visit(done.stdout, console, {address.hostname or "" for address in asked}, {a.path for a in asked})


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two verdicts of a table whose titles are live HTML; the last one is blocked."""
    reports = tmp_path_factory.mktemp("reports")
    odd = rule("is_odd", f"expect_{LIVE}", f"Reason {LIVE}", column="title")
    many = in_set("tea", LIVE, *[f"a rather long product title number {n}" for n in range(40)], mostly=0.1)
    shown(titles("tea", "https://example.org/x.png"), contract_of(many), reports)
    shown(titles(LIVE, f"{LIVE}2", "x" * 400), contract_of(many, odd), reports, later=1, run=f"run {LIVE}")
    return reports


@pytest.fixture(scope="module")
def url(reports: Path) -> Iterator[str]:
    with serve_reports(site_of(reports), "127.0.0.1", 0) as server:
        yield server.url


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_nothing_and_asks_nobody_else(url: str, page: str, tmp_path: Path) -> None:
    seen = visit(f"{url}/{page}", tmp_path)
    assert "</html>" in seen.dom
    assert not re.search(r"<(script|img|iframe|object|style)\b", seen.dom)
    assert "<title>live" not in seen.dom
    assert seen.console == []
    assert seen.hosts == {"127.0.0.1"}
    assert {"/static/report.css"} <= seen.paths <= {"/static/report.css", "/static/icon.svg"}


def test_the_same_watch_sees_a_page_that_misbehaves(reports: Path, tmp_path: Path) -> None:
    """With our policy its script is reported and stopped; without, it runs and its image is asked of another host."""
    page = (site_of(reports) / "index.html").read_text()
    hostile = page.replace("</main>", f'</main>{LIVE}<img src="http://example.invalid/x.png">')
    (tmp_path / "with.html").write_text(hostile)
    (tmp_path / "without.html").write_text(hostile.replace("Content-Security-Policy", "x"))
    with plain_server(tmp_path) as address:
        stopped, free = (visit(f"{address}/{name}.html", tmp_path) for name in ("with", "without"))
    assert any("Content Security Policy" in line for line in stopped.console)
    assert "<title>Contracts" in stopped.dom
    assert stopped.hosts == {"127.0.0.1"}
    assert "<title>Contracts" not in free.dom
    assert "example.invalid" in free.hosts


@contextmanager
def plain_server(site: Path) -> Iterator[str]:
    handler = partial(SimpleHTTPRequestHandler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


MEASURE = """
<script>addEventListener("load", () => setTimeout(() => {
  const page = document.querySelector("iframe").contentDocument.documentElement;
  document.title = `${page.scrollWidth} of ${page.clientWidth}`;
}, 300))</script>
<iframe src="/%s" width="%d" height="800"></iframe>
"""


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_is_no_wider_than_the_screen(reports: Path, page: str, width: int, tmp_path: Path) -> None:
    """Measured from a frame on a server without our headers, since ours forbid frames and scripts."""
    site = tmp_path / "site"
    shutil.copytree(site_of(reports), site)
    (site / "measure.html").write_text(MEASURE % (page, width))
    with plain_server(site) as address:
        dom = visit(f"{address}/measure.html", tmp_path, "--virtual-time-budget=5000").dom
    found = re.search(r"<title>(\d+) of (\d+)", dom)
    assert found, dom
    wide, screen = map(int, found.groups())
    assert screen in range(width - 20, width + 1)
    assert wide <= screen
