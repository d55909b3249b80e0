"""Publishing processes that die. Run as a module it forks one for each line it reads, so that imports are paid once.

It must not run a query itself: the thread pool of polars does not survive a fork.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import deltalake  # noqa: F401
import polars as pl
import pyarrow as pa  # noqa: F401

from ecrec_assets.lake.store import Lake
from ecrec_assets.lake.version import Partition
from tests.lake.audits import publish, sales

WEEK = Partition("week", 2, 2)
ALL = Partition("week", 1, 3)


def publish_old(root: Path, *, whole: bool) -> None:
    """Version 0."""
    publish(Lake(root), sales(), partition=None if whole else ALL, fingerprint="old")


def publish_new(lake: Lake, *, whole: bool) -> None:
    """Version 1: week 2 anew, or all of it; another row is bad, and the contract has another version."""
    frame = sales(marker="new") if whole else sales(range(2, 3), marker="new")
    bad = pl.col("price") > 4
    publish(lake, frame, bad, partition=None if whole else WEEK, fingerprint="new", version="2.0.0")


def die_at(root: Path, point: str, *, whole: bool) -> None:
    """Publishes version 1 and is killed when it passes the point."""

    def kill(passed: str) -> None:
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    publish_new(Lake(root, kill), whole=whole)


def main(die: Callable[..., None] = die_at) -> None:
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            die(Path(order["root"]), order["point"], whole=order["whole"])
            os._exit(0)
        if order["after"]:
            time.sleep(order["after"])
            os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(status, flush=True)  # noqa: T201


class Dying:
    """Asks the warm process for children: 0 when one lived to the end, -9 when it was killed."""

    def __init__(self, module: str = "tests.lake.dying") -> None:
        self.module = module

    def __enter__(self) -> Dying:
        self._process = subprocess.Popen(
            [sys.executable, "-m", self.module],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "POLARS_MAX_THREADS": "2"},
        )
        return self

    def publish(self, root: Path, point: str = "", *, whole: bool, after: float = 0.0) -> int:
        assert self._process.stdin and self._process.stdout
        order = {"root": str(root), "point": point, "whole": whole, "after": after}
        print(json.dumps(order), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=30)


if __name__ == "__main__":
    main()
