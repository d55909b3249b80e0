"""Training and serving speed of the query tagger beside the recipe of textbooks, on QueryNER; Markdown tables.

python -m tests.bench.tagger_speed                  about five minutes on two cores: one epoch each
python -m tests.bench.tagger_speed --epochs 5       a full training each

Ours is shown twice: the textbook's network in our loop, and the settings for labelled queries, which read a query twice
where they use R-Drop. The textbook's examples a second are measured on a few steps, since an epoch of it takes over ten
minutes. Its F1 comes from the same training without the padding, which is masked: the line below the first table says
how far the outputs are apart.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import NamedTuple

import polars as pl

from ecrec_assets.models.tagger.base import bundled_checkpoint
from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.labels import LabelSet
from ecrec_assets.models.tagger.model import has_native_bf16, threads
from ecrec_assets.models.tagger.train import train
from tests.bench.tagger_quality import read
from tests.bench.tagger_quality_settings import TOKENS
from tests.bench.tagger_serving import served, table
from tests.bench.tagger_textbook import SIZE, WIDTH, Difference, Query, Textbook, largest_difference

STEPS = 6
OURS = {"the same network, ours": TOKENS, "TaggerConfig.labelled()": TaggerConfig.labelled()}


class Trained(NamedTuple):
    """Examples a second in training, seconds of the whole run, dev span F1."""

    speed: float
    seconds: float
    f1: float


def textbook(rows: pl.DataFrame, labels: LabelSet, epochs: int, count: int) -> tuple[Trained, Difference]:
    """Speed with the padding; F1 without. `seconds` is what the whole run would take at this speed."""
    learned, dev = _pairs(rows, "train"), _pairs(rows, "validation")
    with threads(count):
        speed = Textbook(bundled_checkpoint(), labels, seed=1).queries_per_second(learned, steps=STEPS, width=WIDTH)
        run = Textbook(bundled_checkpoint(), labels, seed=1)
        difference = largest_difference(run, dev[:SIZE])
        run.train(learned, epochs=epochs, width=None)
        return Trained(speed, epochs * len(learned) / speed, run.span_f1(dev)), difference


def ours(rows: pl.DataFrame, labels: LabelSet, config: TaggerConfig, folder: Path) -> Trained:
    """The package's own training."""
    started = time.perf_counter()
    done = train(rows.lazy(), config, types=labels.types, base=bundled_checkpoint(), folder=folder)
    seconds = time.perf_counter() - started
    speed = median(row["queries_per_second"] for row in done.history)
    return Trained(speed, seconds, done.history[done.best]["validation_span_f1"])


def _pairs(rows: pl.DataFrame, split: str) -> list[Query]:
    return list(rows.filter(split=split).select("tokens", "tags").iter_rows())


def report(runs: Mapping[str, Trained], difference: Difference, epochs: int) -> str:
    """Markdown; the first of the runs is the textbook's."""
    book = next(iter(runs.values()))
    lines = [f"| {epochs} epoch(s) | examples/s | times | training | dev F1 |", "|---|---:|---:|---:|---:|"]
    for name, run in runs.items():
        figures = f"{run.speed:.1f} | {run.speed / book.speed:.1f} | {run.seconds / 60:.1f} min | {run.f1:.4f}"
        lines.append(f"| {name} | {figures} |")
    apart = f"outputs {difference.outputs:.1e}, loss {difference.loss:.1e}"
    return "\n".join([*lines, "", f"Largest difference that the textbook's padding makes: {apart}."])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/queryner"))
    args = parser.parse_args()
    rows = read(args.data).filter(pl.col("split") != "test")
    labels = LabelSet(tuple(sorted(LabelSet.of_tags(rows.filter(split="train")["tags"].explode()).types)))
    print(f"{args.threads} threads, native bf16: {has_native_bf16()}\n", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        book, difference = textbook(rows, labels, args.epochs, args.threads)
        runs = {"textbook: 128 pieces, fp32, 32 a step": book}
        for name, config in OURS.items():
            chosen = config.model_copy(update={"epochs": args.epochs, "threads": args.threads})
            runs[name] = ours(rows, labels, chosen, Path(scratch) / name)
        print(report(runs, difference, args.epochs), flush=True)
        print("\n" + table(served(Path(scratch) / name / "model", rows.filter(split="validation"))))


if __name__ == "__main__":
    main()
