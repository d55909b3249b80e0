"""A replay as the lake sees it: row ids, records, one candidate, one publish. Run as a module it forks dying ones."""

from __future__ import annotations

import json
import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from ecrec_assets.lake.mends import Mend
from ecrec_assets.lake.row_text import text_of
from ecrec_assets.lake.store import Lake
from ecrec_assets.lake.version import Version
from tests.lake.audits import NEGATIVE, TABLE, audited
from tests.lake.dying import main


def decide(lake: Lake, *, drop: tuple[str, ...] = (), **changed: float) -> dict[str, Mend]:
    """Records by the `line` of the row: a new price, or None to leave it out."""
    wanted = {line.replace("_", "-").removeprefix("l"): price for line, price in changed.items()}
    found = {}
    for row in lake.kept_out(TABLE).iter_rows(named=True):
        values = json.loads(row["_text"])
        if values["line"] in wanted or values["line"] in drop:
            price = wanted.get(values["line"])
            mended = None if values["line"] in drop else text_of({**values, "price": price})
            moment = datetime(2026, 1, 1, tzinfo=UTC)
            found[row["_row_id"]] = Mend(
                row["_row_id"], row["_text"], mended, row["_part"], "ann", "typing error", moment, "1.0.0"
            )
    return found


def replay(lake: Lake, decided: dict[str, Mend], bad: pl.Expr = NEGATIVE) -> list[Version]:
    """Every unit that has a decided row, staged, audited and published."""
    kept, done = lake.kept_out(TABLE), []
    for unit in lake.replay_units(TABLE):
        mine = {id_: mend for id_, mend in decided.items() if mend.part in unit.values}
        if mine:
            candidate = lake.stage_replay(TABLE, unit, kept, mine)
            version = lake.publish(
                candidate,
                audited(candidate, bad),
                inputs={},
                fingerprint=unit.parts[0].fingerprint,
                fingerprints=unit.fingerprints,
                run_id="replay",
                partition=unit.partition,
                decided=mine,
                based_on=lake.require(TABLE).number,
            )
            done.append(version)
    return done


def die_replaying(root: Path, point: str, *, whole: bool) -> None:
    """Mends one row and drops another, and is killed when it passes the point."""

    def kill(passed: str) -> None:
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    lake = Lake(root, kill)
    replay(lake, decide(lake, l1_0=4.0, drop=("2-0",)))


if __name__ == "__main__":
    main(die_replaying)
