"""What augmentation gives: span F1 on the QueryNER dev queries, as they are and written worse. One Markdown table.

python -m tests.bench.tagger_augmentation FOLDER                          plain, and the default shares
python -m tests.bench.tagger_augmentation FOLDER --only typo mention      plain, and each of these kinds alone
python -m tests.bench.tagger_augmentation FOLDER --queries 1000           with few labels

Trained without R-Drop, which doubles the time. FOLDER keeps finished models and the checkpoints of unfinished ones: the
same command goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from ecrec_assets.models.tagger.base import bundled_checkpoint
from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.labels import LabelSet
from ecrec_assets.models.tagger.model import threads
from ecrec_assets.models.tagger.predict import Tagger
from ecrec_assets.models.tagger.scores import span_scores
from ecrec_assets.models.tagger.train import train
from ecrec_assets.prepare.query_augmentation import DEFAULT_SHARES, KINDS, PERTURBATIONS, augmented, perturbed
from tests.bench.tagger_quality import read

Shares = Mapping[str, float]
Line = dict[str, Any]


def arms(only: list[str], share: float) -> dict[str, Shares]:
    """Name to shares; `plain` adds nothing."""
    if only:
        return {"plain": {}} | {kind: {kind: share} for kind in only}
    return {"plain": {}, "augmented": DEFAULT_SHARES}


def measured(rows: pl.DataFrame, shares: Shares, config: TaggerConfig, folder: Path) -> Line:
    """Trains in `folder` unless it holds the result; dev F1 by what was done to the queries."""
    result = folder / "result.json"
    settings = {"shares": dict(shares), "rows": rows.height, "config": config.model_dump()}
    if result.is_file() and (line := json.loads(result.read_text()))["settings"] == settings:
        return dict(line)
    labels = LabelSet.of_tags(rows.filter(split="train")["tags"].explode())
    queries = augmented(rows.lazy(), seed=config.seed, shares=shares)
    started = time.perf_counter()
    done = train(queries, config, types=sorted(labels.types), base=bundled_checkpoint(), folder=folder)
    with threads(config.threads):
        f1 = scores(Tagger.load(done.folder), rows.filter(split="validation"), config.seed)
    count = queries.filter(pl.col("split") == "train").select(pl.len()).collect().item()
    line = {"settings": settings, "queries": count, "seconds": time.perf_counter() - started, "f1": f1}
    result.write_text(json.dumps(line))
    return line


def scores(tagger: Tagger, dev: pl.DataFrame, seed: int) -> dict[str, float]:
    """Every query changed once where the kind fits it; `clean`: none."""
    tests = {"clean": dev.lazy()} | {
        kind: perturbed(dev.lazy(), kind=kind, rate=1.0, seed=seed) for kind in PERTURBATIONS
    }
    found = {}
    for kind, queries in tests.items():
        rows = queries.collect()
        tags = [answer.tags for answer in tagger.tag_words(rows["tokens"].to_list())]
        found[kind] = span_scores(rows["tags"].to_list(), tags).span_f1
    return found


def table(lines: Mapping[str, Line]) -> str:
    """Markdown."""
    kinds = ("clean", *PERTURBATIONS)
    head = ["training", "queries", "seconds", *kinds]
    rows = [f"| {' | '.join(head)} |", "|---|" + "---:|" * (len(head) - 1)]
    for name, line in lines.items():
        figures = " | ".join(f"{line['f1'][kind]:.3f}" for kind in kinds)
        rows.append(f"| {name} | {line['queries']:,} | {line['seconds']:,.0f} | {figures} |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=[], choices=KINDS)
    parser.add_argument("--share", type=float, default=0.5, help="rows added for a kind alone, as a share of training")
    parser.add_argument("--queries", type=int, help="train on the first of them only, as a shop with few labels would")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/queryner"))
    args = parser.parse_args()
    rows = read(args.data)
    rows = pl.concat([rows.filter(split="train").head(args.queries or rows.height), rows.filter(split="validation")])
    config = TaggerConfig.labelled(epochs=args.epochs, agreement=0.0, threads=args.threads, seed=args.seed)
    lines = {}
    for name, shares in arms(args.only, args.share).items():
        lines[name] = measured(rows, shares, config, args.folder / name)
        print(json.dumps({"name": name, **lines[name]["f1"]}), flush=True)
    print("\n" + table(lines))


if __name__ == "__main__":
    main()
