"""How well planted label errors are found in real queries: AUC, and precision at the number planted.

python -m tests.bench.label_noise [folder of QueryNER]

Errors are planted in the training labels of QueryNER: segments (spans, and words outside of spans) get another type,
(a) any with the same probability, (b) as the three annotators of its test set take one type for another. Each line is a
whole run: a probe for each fold trains on the labels with the errors in them. The real labels are noisy themselves, and
a real error that is found counts against the figures. The last lines judge the annotators' own labels, against gold.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.metrics import roc_auc_score

from ecrec_assets.models.tagger.base import bundled_checkpoint
from ecrec_assets.models.tagger.labels import LabelSet
from ecrec_assets.models.tagger.probe import OutOfFold, ProbeConfig, chances_of
from ecrec_assets.models.tagger.probe_features import word_features
from ecrec_assets.prepare.label_noise.planted import Planted, confused_moves, plant_wrong_types, uniform_moves
from ecrec_assets.prepare.label_noise.quality import SCORING, span_noise, span_quality, word_noise, word_quality
from ecrec_assets.prepare.label_noise.scoring import SCORINGS
from ecrec_assets.prepare.label_noise.words import Words, words_of

DATA = Path(__file__).parents[3] / "shared" / "data" / "queryner"
SHARES = (0.05, 0.1, 0.2)
Tags = list[list[str]]
Row = dict[str, Any]


class Found(NamedTuple):
    """Ranking of labels by score against which are wrong."""

    auc: float
    precision: float


class Line(NamedTuple):
    kind: str
    share: float
    unit: str
    scoring: str
    found: Found
    noise: float


def found(wrong: np.ndarray, scores: np.ndarray) -> Found:
    """`scores` are low for wrong labels; precision among as many of the lowest as there are wrong ones."""
    lowest = np.argsort(scores, kind="stable")[: int(wrong.sum())]
    return Found(float(roc_auc_score(wrong, -scores)), float(wrong[lowest].mean()))


def lines(kind: str, share: float, words: Words, wrong: np.ndarray) -> Iterator[Line]:
    """`wrong`: of each word; a segment is wrong when one of its words is."""
    of_segments = np.maximum.reduceat(wrong, words.starts)
    for scoring in SCORINGS:
        yield Line(kind, share, "word", scoring, found(wrong, word_quality(words, scoring)), word_noise(words).share)
        yield Line(
            kind, share, "span", scoring, found(of_segments, span_quality(words, scoring)), span_noise(words).share
        )


class Study:
    """Features once, then a run for each set of labels."""

    def __init__(self, folder: Path, config: ProbeConfig) -> None:
        self.config = config
        self.tokens, self.tags = columns(rows(folder / "train.bio.jsonl"))
        gold = rows(folder / "test.bio.jsonl")
        people = [rows(folder / f"annotator-{number}.jsonl") for number in (1, 2, 3)]
        same = [
            id_ for id_, row in gold.items() if all(len(tags[id_]["labels"]) == len(row["labels"]) for tags in people)
        ]
        self.test, self.gold = columns({id_: gold[id_] for id_ in same})
        self.people = [[tags[id_]["labels"] for id_ in same] for tags in people]
        self.types = tuple(sorted({tag[2:] for row in self.tags for tag in row if tag != "O"}))
        self.labels = LabelSet(self.types)
        self.people = [[self.known(tags) for tags in given] for given in self.people]
        started = time.process_time()
        everything = [*self.tokens, *self.test]
        width, spelling = config.width, config.spelling
        self.features = word_features(everything, bundled_checkpoint(), width=width, spelling=spelling)
        self.seconds = time.process_time() - started

    def known(self, tags: list[str]) -> list[str]:
        """Annotators could say that a word is obscure; the label set has no such type."""
        return [tag if tag in self.labels.ids else "O" for tag in tags]

    def judged(self, tags: Sequence[Sequence[str]], tokens: Sequence[Sequence[str]]) -> OutOfFold:
        count = sum(map(len, tokens))
        return chances_of(self.features[:count], tokens, tags, self.labels, self.config)

    def planted(self) -> Iterator[tuple[str, float, Planted]]:
        moves = {
            "uniform": uniform_moves(self.types),
            "annotators": confused_moves(self.types, self.gold, self.people),
        }
        for kind, move in moves.items():
            for share in SHARES:
                yield kind, share, plant_wrong_types(self.tags, types=self.types, moves=move, share=share, seed=1)

    def planted_lines(self) -> Iterator[Line]:
        for kind, share, planted in self.planted():
            judged = self.judged(planted.tags, self.tokens)
            words = words_of(planted.tags, judged.chances, self.labels.tags)
            yield from lines(kind, share, words, np.concatenate([np.array(row) for row in planted.wrong]))

    def real_lines(self) -> Iterator[Line]:
        """The labels as they are, and those of each annotator, judged by probes that did not train on the query."""
        judged = self.judged([*self.tags, *self.gold], [*self.tokens, *self.test])
        count = sum(map(len, self.tags))
        as_given = words_of(self.tags, judged.chances[:count], self.labels.tags)
        for unit, noise in (("word", word_noise(as_given)), ("span", span_noise(as_given))):
            yield Line("as they are", 0.0, unit, "", Found(np.nan, np.nan), noise.share)
        for number, tags in enumerate(self.people, start=1):
            words = words_of(tags, judged.chances[count:], self.labels.tags)
            wrong = np.array([a != b for row in zip(tags, self.gold, strict=True) for a, b in zip(*row, strict=True)])
            yield from lines(f"annotator {number}", float(wrong.mean()), words, wrong)


def rows(path: Path) -> dict[int, Row]:
    """By the id of the query: the files do not have the same order."""
    found = map(json.loads, path.read_text().splitlines())
    return {row["example_id"]: row for row in found}


def columns(found: dict[int, Row]) -> tuple[Tags, Tags]:
    return [row["tokens"] for row in found.values()], [row["labels"] for row in found.values()]


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    if not (folder / "train.bio.jsonl").is_file():
        print(f"{folder} holds no QueryNER: give the folder with train.bio.jsonl")
        return
    study = Study(folder, ProbeConfig())
    print(f"features of {len(study.tokens) + len(study.test):,} queries: {study.seconds:.0f} s of one core", flush=True)
    print(f"{'errors':<12} {'share':>6} {'of':<5} {'score':<18} {'AUC':>6} {'precision':>9} {'estimated':>9}")
    started = time.process_time()
    for line in chain(study.real_lines(), study.planted_lines()):
        mark = " *" if line.scoring == SCORING else ""
        figures = f"{line.found.auc:6.3f} {line.found.precision:9.3f} {line.noise:9.3f}"
        print(f"{line.kind:<12} {line.share:6.2f} {line.unit:<5} {line.scoring:<18} {figures}{mark}", flush=True)
    print(f"{(time.process_time() - started) / 7:.0f} s of one core a run")


if __name__ == "__main__":
    main()
