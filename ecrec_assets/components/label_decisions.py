"""Where the decisions about labels of a table are kept, and the table with them applied."""

import json
import logging
from collections.abc import Iterable
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import polars as pl

from ecrec_assets.lake.files import write_text
from ecrec_assets.prepare.label_noise.decisions import Decided, Decision, apply_decisions
from ecrec_assets.settings import get_settings

FOLDER = "labels"
LOG = logging.getLogger("ecrec.labels")


def decisions_path(table: str) -> Path:
    """`labels/<table>.jsonl` beside the shop's `ecrec.yaml`, where it is committed with it; without a shop in
    ECREC_HOME, where it is the one thing beside `lake/mends` that no source can give again.
    """
    settings = get_settings()
    folder = settings.shop_file.parent if settings.shop_file else settings.root
    return folder / FOLDER / f"{table}.jsonl"


def decisions_state(table: str) -> str:
    """Changes with the decisions: part of the fingerprint of the asset that applies them."""
    try:
        return sha256(decisions_path(table).read_bytes()).hexdigest()[:16]
    except FileNotFoundError:
        return ""


def read_decisions(table: str) -> dict[str, Decision]:
    """By id, in the order they were made; none without a file. ValueError names a line that is no decision."""
    path = decisions_path(table)
    try:
        text = path.read_text(encoding="utf-8", errors="surrogatepass")
    except FileNotFoundError:
        return {}
    found: dict[str, Decision] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                decision = _from_line(line)
            except (ValueError, TypeError, KeyError) as error:
                raise ValueError(f"{path}, line {number}: {error}. Mend the line, or remove it.") from error
            found[decision.id] = decision
    return found


def write_decisions(table: str, decisions: Iterable[Decision]) -> None:
    """All anew, one JSON line each, whole or not at all; without a decision there is no file."""
    path = decisions_path(table)
    lines = [json.dumps(asdict(decision), ensure_ascii=True) for decision in decisions]
    if lines:
        write_text(path, "\n".join(lines) + "\n")
    else:
        path.unlink(missing_ok=True)


def decided(table: str, queries: pl.LazyFrame) -> pl.LazyFrame:
    """The queries with the decisions about them, for the asset to give to its gate; stale ones are told in the log."""
    found = decided_with_stale(table, queries)
    for decision, why in found.stale:
        LOG.warning("%s: the decision %s about %s was not applied: %s", table, decision.id, decision.query_id, why)
    return found.queries


def decided_with_stale(table: str, queries: pl.LazyFrame) -> Decided:
    """As `decided`, with what no longer fits."""
    return apply_decisions(queries, read_decisions(table).values())


def _from_line(line: str) -> Decision:
    raw = json.loads(line)
    label = raw["label"]
    lists = {name: tuple(raw[name]) for name in ("tokens", "given")}
    return Decision(**{**raw, **lists, "label": None if label is None else tuple(label)})
