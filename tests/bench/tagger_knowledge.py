"""What knowledge from outside the labels is worth to a query tagger: strict span F1 on QueryNER, one table.

python -m tests.bench.tagger_knowledge                                     every idea once, dev only
python -m tests.bench.tagger_knowledge --ideas plain,distilled --seeds 1,2,3 --test --folder DIR
python -m tests.bench.tagger_knowledge --config changes.json   what every idea changes in TaggerConfig.labelled()

Each finished run is a line of results.jsonl in the folder; the same command goes on with what is missing. Choices are
made on dev (`validation`); --test also scores the test queries, once the choice stands.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import Any

from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.predict import Tagger
from ecrec_assets.models.tagger.scores import span_scores
from tests.bench.tagger_knowledge_data import DATA, Known, known
from tests.bench.tagger_knowledge_ideas import IDEAS, Preparation

Line = dict[str, Any]


def scored(folder: Path, found: Known, split: str) -> float:
    rows = found.queries.filter(split=split).collect()
    tags = [answer.tags for answer in Tagger.load(folder).tag_words(rows["tokens"].to_list())]
    return span_scores(rows["tags"].to_list(), tags).span_f1


def run(idea: str, config: TaggerConfig, found: Known, folder: Path, splits: list[str]) -> Line:
    train, needs = IDEAS[idea]
    before = prepared(needs, config, found, folder / "shared") if needs else 0.0
    started = time.perf_counter()
    trained = train(found, config, folder / f"{idea}-{config.seed}", folder / "shared")
    seconds = {"seconds": time.perf_counter() - started, "seconds_before": before}
    figures = {split: scored(trained.folder, found, split) for split in splits}
    return {"idea": idea, "seed": config.seed, "config": config.model_dump(), **seconds, **figures}


def prepared(needs: Preparation, config: TaggerConfig, found: Known, shared: Path) -> float:
    """Seconds that the preparation took when it was made."""
    note = shared / f"{needs.__name__}.seconds"
    started = time.perf_counter()
    needs(found, config, shared)
    if not note.is_file():
        note.write_text(str(time.perf_counter() - started))
    return float(note.read_text())


def lines(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []


def table(done: list[Line]) -> Iterator[str]:
    """Ideas by mean dev F1, the best first; seconds before are for teachers or another base, which seeds share."""
    yield "| idea | seeds | dev F1 | test F1 | seconds | before |"
    yield "|---|---:|---:|---:|---:|---:|"
    ideas = {line["idea"]: [other for other in done if other["idea"] == line["idea"]] for line in done}
    for idea, each in sorted(ideas.items(), key=lambda pair: -mean(line["validation"] for line in pair[1])):
        tests = [line["test"] for line in each if "test" in line]
        test = f"{mean(tests):.4f}" if tests else "–"
        dev, *seconds = (mean(line[name] for line in each) for name in ("validation", "seconds", "seconds_before"))
        took, before = (f"{number:.0f}" for number in seconds)
        yield f"| {idea.replace('_', ' ')} | {len(each)} | {dev:.4f} | {test} | {took} | {before} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ideas", default=",".join(IDEAS), help=f"of {', '.join(IDEAS)}")
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--folder", type=Path, default=Path(".bench/tagger_knowledge"))
    parser.add_argument("--config", type=Path, help="JSON of what changes in TaggerConfig.labelled()")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--test", action="store_true", help="score the test queries too")
    asked = parser.parse_args()
    if unknown := set(asked.ideas.split(",")) - set(IDEAS):
        parser.error(f"no idea is called {', '.join(sorted(unknown))}; there are {', '.join(IDEAS)}")
    settings = json.loads(asked.config.read_text()) if asked.config else {}
    found, results = known(asked.data), asked.folder / "results.jsonl"
    asked.folder.mkdir(parents=True, exist_ok=True)
    for seed in map(int, asked.seeds.split(",")):
        config = TaggerConfig.labelled(**{**settings, "threads": asked.threads, "seed": seed})
        for idea in asked.ideas.split(","):
            if any((line["idea"], line["config"]) == (idea, config.model_dump()) for line in lines(results)):
                continue
            line = run(idea, config, found, asked.folder, ["validation", *(["test"] if asked.test else [])])
            with results.open("a") as file:
                file.write(json.dumps(line) + "\n")
            print(f"{idea} seed {seed}: dev {line['validation']:.4f}, {line['seconds']:.0f} s", flush=True)
    print("\n" + "\n".join(table(lines(results))))


if __name__ == "__main__":
    main()
