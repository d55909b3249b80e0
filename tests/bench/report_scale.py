"""The report with thousands of verdicts, beside Great Expectations' stock Data Docs with as many.

python -m tests.bench.report_scale                 both; sizes 0, 1,000, 3,000; stock until its time is up
python -m tests.bench.report_scale 300 --no-stock  ours with 300 verdicts
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl

from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.model import Column, Contract, Rule
from ecrec_assets.contracts.pages.links import links
from ecrec_assets.contracts.pages.site import Site
from ecrec_assets.contracts.pages.stores import stored_results
from ecrec_assets.contracts.report import show
from ecrec_assets.contracts.report_links import history_page_of, page_of, site_of
from ecrec_assets.serve.reports import serve_reports
from ecrec_assets.verdict import PartCount, Verdict
from tests.contracts.devtools import Tab, browser

START = datetime(2026, 1, 1, tzinfo=UTC)
DIMENSIONS = ("completeness", "consistency", "accuracy", "timeliness", "uniqueness", "balance")
RULES, ROWS, DAYS = 20, 1000, 305
STOCK_SECONDS = 150


def contract() -> Contract:
    """Twenty rules on ten columns."""
    columns = tuple(Column(f"c{i}", pl.Int64()) for i in range(10))
    rules = tuple(
        Rule(
            f"rule_{i}_holds",
            "expect_column_values_to_be_between",
            {"column": f"c{i % 10}", "min_value": 0, "max_value": 990 - i, "mostly": 0.9},
            DIMENSIONS[i % 6],
            "critical" if i % 3 else "warning",
            "quarantine",
            "Because the shop says so.",
        )
        for i in range(RULES)
    )
    return Contract("raw/sales", "1.0.0", "", columns, rules, digest="0123456789abcdef")


@cache
def model() -> tuple[Verdict, dict[str, Any]]:
    """A real audit: its verdict and what Great Expectations says of each rule."""
    random.seed(7)
    frame = pl.LazyFrame({f"c{i}": [random.randrange(1000) for _ in range(ROWS)] for i in range(10)})
    with tempfile.TemporaryDirectory() as folder:
        verdict = audit(frame, contract(), now=START, reports=Path(folder)).verdict
        return verdict, stored_results(Path(folder))(verdict)


def verdict(number: int, key: str = "raw/sales") -> Verdict:
    """One hour after the other, with failing rows of its own; every fiftieth is blocked."""
    luck = random.Random(number)
    at = START + timedelta(hours=number)
    rules = []
    for i, rule in enumerate(model()[0].rules):
        failed = luck.choice([0, 0, 0, luck.randrange(3), luck.randrange(60)])
        bad = number % 50 == 49 and i == number % RULES
        rules.append(replace(rule, rows_failed=200 if bad else failed, passed=not bad))
    run = f"{number:08x}-0000-4000-8000-000000000000"
    return replace(
        model()[0],
        id=f"{at:%Y%m%dT%H%M%S%fZ}-{number:08x}",
        contract=key,
        created_at=at,
        rules=tuple(rules),
        run_id=run,
    )


def by_day(number: int) -> Verdict:
    """One verdict on 305 days together."""
    first = verdict(number, "raw/days")
    luck = random.Random(number)
    parts = tuple(
        PartCount(
            f"{START + timedelta(days=day):%Y-%m-%d}",
            ROWS,
            {rule.name: luck.randrange(1, 80) for rule in first.rules if luck.random() < 0.3},
        )
        for day in range(DAYS)
    )
    return replace(first, parts=parts, partition="day 2026-01-01 to 2026-11-01")


def grown(root: Path, sizes: list[int], contracts: int) -> Iterator[tuple[int, float]]:
    """Fills a report; at each size, the median seconds that one more verdict costs."""
    site, found, there = Site(root, links()), model()[1], 0
    names = [f"raw/sales_{n}" for n in range(contracts)] if contracts > 1 else ["raw/sales"]
    for size in sizes:
        new = [verdict(number, names[number % contracts]) for number in range(there, size)]
        for one in new:
            site.write_verdict(one, found, {})
        if new:
            site.list_verdicts(new)
        yield size, median(_cost(root, size + i, names[i % contracts]) for i in range(5))
        there = size + 5


def _cost(root: Path, number: int, key: str) -> float:
    one, found = verdict(number, key), model()[1]
    started = time.perf_counter()
    show(one, found, root, {})
    return time.perf_counter() - started


PAINT = """JSON.stringify((() => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const page = performance.getEntriesByType("navigation")[0];
  return [paint ? paint.startTime : null, page.loadEventEnd, document.getElementsByTagName("*").length];
})())"""


def opened(tab: Tab, url: str, seconds: float = 60) -> str:
    """Medians of five openings without cache: first contentful paint, load event, and elements on the page."""
    found = []
    for _ in range(5):
        tab.open(url, seconds=seconds)
        tab.ask("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))")
        found.append([value or float("nan") for value in json.loads(tab.ask(PAINT))])
    paint, load, elements = (median(values) for values in zip(*found, strict=True))
    return f"first paint {paint:5.0f} ms, loaded {load:5.0f} ms, {elements:6,.0f} elements"


def ours(sizes: list[int], contracts: int, tab: Tab) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root, started = Path(folder), time.perf_counter()
        for size, cost in grown(root, sizes, contracts):
            print(f"  {size:5,} verdicts there: one more costs {1000 * cost:4.0f} ms")
        print(f"  all written in {time.perf_counter() - started:.0f} s")
        key = "raw/sales" if contracts == 1 else "raw/sales_0"
        show(by_day(sizes[-1] + 10), model()[1], root, {})
        pages = {
            "overview": "index.html",
            "today": "today.html",
            "contract": history_page_of(key),
            "verdict": page_of(key, verdict(0).id),
            f"{DAYS} days": history_page_of("raw/days"),
        }
        with serve_reports(site_of(root), "127.0.0.1", 0) as server:
            for name, page in pages.items():
                size = (site_of(root) / page).stat().st_size
                print(f"  {name:<9} {size / 1024:5.0f} KB  {opened(tab, f'{server.url}/{page}')}")


def stock(sizes: list[int], tab: Tab) -> None:
    """Great Expectations' own pages of as many results, built as a whole by a process that first imports it.

    Its list is drawn by a script from another host: without a network the time is spent waiting for that host, and the
    elements of the list are missing.
    """
    from tests.bench.stock_docs import built

    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            index, seconds, left = built(Path(folder), contract(), size, STOCK_SECONDS)
            if left:
                print(f"  {size:5,} verdicts: not built within {seconds:.0f} s, {left:,} pages were missing")
                return
            print(f"  {size:5,} verdicts: built in {seconds:5.1f} s, index {index.stat().st_size / 1024:,.0f} KB")
            print(f"        index: {opened(tab, index.as_uri())}")


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("verdicts", type=int, nargs="?", default=3000)
    asked.add_argument("--no-stock", action="store_true")
    asked.add_argument(
        "--contracts", type=int, nargs="*", default=[1, 30], help="spread over so many; none: only stock"
    )
    given = asked.parse_args()
    sizes = sorted({0, given.verdicts // 3, given.verdicts})
    with tempfile.TemporaryDirectory() as scratch, browser(Path(scratch)) as tab:
        for contracts in given.contracts:
            print(f"ecrec, {given.verdicts:,} verdicts of {RULES} rules on {contracts} contract(s)")
            ours(sizes, contracts, tab)
        if not given.no_stock:
            print("Great Expectations' stock Data Docs, one contract")
            stock(sorted({given.verdicts // 30, given.verdicts // 10, given.verdicts}), tab)


if __name__ == "__main__":
    main()
