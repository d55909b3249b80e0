"""The Polars engine for Great Expectations beside its pandas engine, a select by hand, and other tools on Polars.

python -m tests.bench.engine                          20 million rows, every side, alternated, three rounds
python -m tests.bench.engine --rows 1000000 --rounds 1 --sides ecrec,pandas --folder DIR
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median

from tests.bench.engine_data import path_of
from tests.bench.engine_sides import CANNOT, SIDES

PACKAGES = ("great-expectations", "polars", "pandas", "pandera", "pointblank", "cuallee", "dataframely")
Figures = dict[str, float]


def one(side: str, path: Path, how_many: int) -> None:
    """Prints the figures of one side as JSON; imports are left out of the time, reading the file is not."""
    _import(side)
    started, cpu = time.perf_counter(), time.process_time()
    wrong = SIDES[side](path, how_many)
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - started,
                "cpu": time.process_time() - cpu,
                "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
                "wrong": wrong,
            }
        )
    )


def _import(side: str) -> None:
    import importlib

    import pandas  # noqa: F401

    modules = {"pandera": ["pandera.polars"], "by hand": [], "pandas": ["great_expectations.expectations"]}
    modules["ecrec"] = ["great_expectations.expectations", "ecrec_assets.contracts.engine.datasource"]
    for module in modules.get(side, [side]):
        importlib.import_module(module)


def apart(side: str, path: Path, how_many: int) -> Figures:
    """One side in a process of its own, on two cores."""
    code = [sys.executable, "-m", "tests.bench.engine", "--one", side, "--path", str(path), "--how-many", str(how_many)]
    done = subprocess.run(code, capture_output=True, text=True, env={**os.environ, "POLARS_MAX_THREADS": "2"})
    if done.returncode:
        raise RuntimeError(f"{side} stopped: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def compare(path: Path, sides: list[str], how_many: int, rounds: int) -> dict[str, Figures]:
    """The median of each figure by side; the sides take turns, so that a busy minute hits all of them."""
    runs: dict[str, list[Figures]] = {side: [] for side in sides}
    for _ in range(rounds):
        for side in sides:
            runs[side].append(apart(side, path, how_many))
    return {side: {key: median(run[key] for run in each) for key in each[0]} for side, each in runs.items()}


def show(found: dict[str, Figures], how_many: int) -> None:
    ours = found["ecrec"]
    print(f"\n{how_many} expectations   seconds  x ecrec   cpu s   peak GB  x ecrec   rows found")
    for side, each in found.items():
        times, room = each["seconds"] / ours["seconds"], each["gigabytes"] / ours["gigabytes"]
        print(
            f"{side:<16} {each['seconds']:9.2f} {times:8.2f} {each['cpu']:7.2f} {each['gigabytes']:9.2f} {room:8.2f}"
            f" {each['wrong']:12,.0f}   {CANNOT[side] if how_many == 25 else ''}"
        )


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rows", type=int, default=20_000_000)
    ask.add_argument("--rounds", type=int, default=3)
    ask.add_argument("--sides", default=",".join(SIDES))
    ask.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "ecrec-bench")
    ask.add_argument("--one", help=argparse.SUPPRESS)
    ask.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    ask.add_argument("--how-many", type=int, default=0, help=argparse.SUPPRESS)
    given = ask.parse_args()
    if given.one:
        return one(given.one, given.path, given.how_many)
    path = path_of(given.folder, given.rows)
    print(f"{given.rows:,} rows x 6 columns, median of {given.rounds}, load {os.getloadavg()[0]:.1f} at the start")
    print(", ".join(f"{name} {version(name)}" for name in PACKAGES))
    for how_many in (10, 25):
        show(compare(path, given.sides.split(","), how_many, given.rounds), how_many)
    return None


if __name__ == "__main__":
    main()
