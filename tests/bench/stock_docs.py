"""Great Expectations' stock Data Docs of many copies of one real result, within a time limit."""

from __future__ import annotations

import json
import multiprocessing
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.model import Contract
from ecrec_assets.contracts.pages.stock import stock_docs

START = datetime(2026, 1, 1, tzinfo=UTC)


def built(folder: Path, contract: Contract, count: int, limit: float) -> tuple[Path, float, int]:
    """The index page, the seconds it took, and how many pages were missing when the limit stopped it."""
    _results(folder, contract, count)
    out = folder / "stock"
    process = multiprocessing.get_context("spawn").Process(target=stock_docs, args=(folder, out))
    started = time.perf_counter()
    process.start()
    process.join(limit)
    seconds = time.perf_counter() - started
    if process.is_alive():
        process.kill()
        process.join()
        return out / "index.html", seconds, count - len(list((out / "validations").rglob("*.html")))
    return out / "index.html", seconds, 0


def _results(folder: Path, contract: Contract, count: int) -> None:
    """One real audit; its stored result copied under other runs, an hour apart."""
    import polars as pl

    frame = pl.LazyFrame({column.name: list(range(1000)) for column in contract.columns})
    audit(frame, replace(contract, rules=contract.rules), now=START, reports=folder)
    (stored,) = (folder / "results").rglob("*.json")
    suite = stored.parents[2]
    text = json.loads(stored.read_text())
    for number in range(1, count):
        at = START + timedelta(hours=number)
        text["meta"]["run_id"] = {"run_name": f"run{number}", "run_time": at.isoformat()}
        path = suite / f"run{number}" / f"{at:%Y%m%dT%H%M%S.%fZ}" / stored.name
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(text))
