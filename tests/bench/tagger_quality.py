"""How good the query tagger is with which settings: strict span F1 on QueryNER, one table.

python -m tests.bench.tagger_quality                                       every setting once, dev only
python -m tests.bench.tagger_quality --only labelled --seeds 1 2 3 --test  the chosen one, and its test score

Each finished run is a line of --out; the same command goes on with what is missing. Choices are made on dev
(`validation`); --test also scores the test queries, once the choice stands.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import polars as pl

from ecrec_assets.evaluate.majority_tagger import MajorityTagger
from ecrec_assets.models.tagger.base import bundled_checkpoint
from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.labels import LabelSet
from ecrec_assets.models.tagger.predict import Tagger
from ecrec_assets.models.tagger.scores import span_scores
from ecrec_assets.models.tagger.train import train
from tests.bench.tagger_quality_settings import SETTINGS

FILES = {"train": "train", "validation": "dev", "test": "test"}
MAJORITY = "majority tag by word"
Line = dict[str, Any]


def read(folder: Path) -> pl.DataFrame:
    """tokens, tags, split."""
    if not (folder / "train.bio.jsonl").is_file():
        sys.exit(f"{folder.resolve()} holds no train.bio.jsonl; give the folder of QueryNER with --data")
    parts = [
        pl.read_ndjson(folder / f"{file}.bio.jsonl").select("tokens", tags="labels", split=pl.lit(split))
        for split, file in FILES.items()
    ]
    return pl.concat(parts)


def majority(rows: pl.DataFrame, tokens: Sequence[Sequence[str]]) -> list[list[str]]:
    """What a table of words answers, without context."""
    train = rows.filter(split="train")
    tagger = MajorityTagger(train["tokens"], train["tags"])
    return [tagger.tag_words(words) for words in tokens]


def measured(name: str, config: TaggerConfig | None, rows: pl.DataFrame, splits: list[str]) -> Line:
    """Trains one setting and scores it on each split."""
    with tempfile.TemporaryDirectory() as folder:
        started, tagger = time.perf_counter(), None
        if config:
            types = sorted(LabelSet.of_tags(rows.filter(split="train")["tags"].explode()).types)
            trained = train(rows.lazy(), config, types=types, base=bundled_checkpoint(), folder=Path(folder))
            tagger = Tagger.load(trained.folder)
        line: Line = {"name": name, "config": config and config.model_dump(), "seconds": time.perf_counter() - started}
        for split in splits:
            part = rows.filter(split=split)
            tokens = part["tokens"].to_list()
            found = [a.tags for a in tagger.tag_words(tokens)] if tagger else majority(rows, tokens)
            line[split] = span_scores(part["tags"].to_list(), found).span_f1
    return line


def lines(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []


def table(done: list[Line]) -> Iterator[str]:
    """In the order of first measurement; F1 is the mean over seeds."""
    yield "| name | seeds | F1 dev | F1 test | train seconds |"
    yield "|---|---:|---:|---:|---:|"
    for name in dict.fromkeys(line["name"] for line in done):
        each = [line for line in done if line["name"] == name]
        scores = [[line[split] for line in each if split in line] for split in ("validation", "test")]
        dev, test = (f"{mean(found):.3f}" if found else "–" for found in scores)
        yield f"| {name} | {len(each)} | {dev} | {test} | {mean(line['seconds'] for line in each):.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/queryner"))
    parser.add_argument("--only", nargs="+", choices=[MAJORITY, *SETTINGS], default=[MAJORITY, *SETTINGS])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--test", action="store_true", help="score the test queries too")
    parser.add_argument("--out", type=Path, default=Path(".bench/tagger_quality.jsonl"))
    asked = parser.parse_args()
    rows, splits = read(asked.data), ["validation", *(["test"] if asked.test else [])]
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    for name in asked.only:
        for seed in asked.seeds if name in SETTINGS else [0]:
            changes = {"seed": seed, "threads": asked.threads}
            config = SETTINGS[name].model_copy(update=changes) if name in SETTINGS else None
            wanted = config and config.model_dump()
            if any(
                (line["name"], line["config"]) == (name, wanted) and set(splits) <= set(line)
                for line in lines(asked.out)
            ):
                continue
            line = measured(name, config, rows, splits)
            with asked.out.open("a") as file:
                file.write(json.dumps(line) + "\n")
            print(
                f"{name}, seed {seed}: dev {line['validation']:.4f}, {line['seconds']:.0f} s",
                file=sys.stderr,
                flush=True,
            )
    print("\n".join(table(lines(asked.out))))


if __name__ == "__main__":
    main()
