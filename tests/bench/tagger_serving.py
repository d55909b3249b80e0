"""How fast a trained tagger answers: one query at a time and in batches, in torch and on its exports.

python -m tests.bench.tagger_serving MODEL_FOLDER
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

import polars as pl

from ecrec_assets.models.tagger.export import Kind, export
from ecrec_assets.models.tagger.model import threads
from ecrec_assets.models.tagger.predict import Tagger
from ecrec_assets.models.tagger.scores import span_scores
from tests.bench.tagger_quality import read

KINDS: tuple[Kind, ...] = ("fp32", "int8")
SINGLES, WARM = 300, 30


class Served(NamedTuple):
    """Milliseconds a query alone (median and 99th percentile), queries a second in batches, and dev span F1."""

    runtime: str
    threads: int
    p50: float
    p99: float
    batched: float
    f1: float


def served(folder: Path, dev: pl.DataFrame) -> list[Served]:
    """Every runtime on one and two threads; the exports go to a folder that is removed."""
    with tempfile.TemporaryDirectory() as scratch:
        exports = {f"ONNX {kind}": export(folder, Path(scratch) / kind, kind) for kind in KINDS}
        folders = {"torch fp32": folder} | exports
        return [_measured(name, of, count, dev) for count in (1, 2) for name, of in folders.items()]


def _measured(name: str, folder: Path, count: int, dev: pl.DataFrame) -> Served:
    with threads(count):
        tagger = Tagger.load(folder, runtime="onnx" if name.startswith("ONNX") else "torch")
        texts = [" ".join(words) for words in dev["tokens"].to_list()]
        alone = _milliseconds(tagger, texts[: SINGLES + WARM])[WARM:]
        started = time.perf_counter()
        tagger.tag(texts)
        batched = len(texts) / (time.perf_counter() - started)
        found = [answer.tags for answer in tagger.tag_words(dev["tokens"].to_list())]
    cuts = quantiles(alone, n=100)
    return Served(name, count, cuts[49], cuts[98], batched, span_scores(dev["tags"].to_list(), found).span_f1)


def _milliseconds(tagger: Tagger, texts: Sequence[str]) -> list[float]:
    found = []
    for text in texts:
        started = time.perf_counter()
        tagger.tag([text])
        found.append(1_000 * (time.perf_counter() - started))
    return found


def table(rows: Sequence[Served]) -> str:
    """Markdown."""
    lines = [
        "| runtime | threads | one query p50 | p99 | queries/s in batches | dev F1 |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        figures = f"{row.p50:.1f} ms | {row.p99:.1f} ms | {row.batched:,.0f} | {row.f1:.4f}"
        lines.append(f"| {row.runtime} | {row.threads} | {figures} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/queryner"))
    args = parser.parse_args()
    print(table(served(args.folder, read(args.data).filter(split="validation"))))


if __name__ == "__main__":
    main()
