"""Do explanations point at the words a span really hangs on? Each word of a query is masked in turn.

    python -m tests.bench.explanation_faithfulness FOLDER_OF_A_TAGGER LAKE [QUERIES]

Prints, over found spans of validation queries of datasets/queries, how far the span's score falls without its most
attributed word, without a word drawn at random, and without its least attributed one.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from random import Random

import numpy as np
import polars as pl
import torch

from ecrec_assets.lake.store import Lake
from ecrec_assets.models.tagger.explain import Explainer
from ecrec_assets.models.tagger.predict import Tagger

SEED = 1


def main(folder: Path, queries: list[str]) -> None:
    torch.set_num_threads(1)
    explainer, random = Explainer(Tagger.load(folder)), Random(SEED)
    falls, errors, seconds = [], [], []
    for query in queries:
        begun = time.process_time()
        found = explainer.explain(query)
        seconds.append(time.process_time() - begun)
        for each in found:
            if len(each.words) > 1:
                ranked = sorted(each.words, key=lambda word: -word.weight)
                masked = (ranked[0], random.choice(ranked), ranked[-1])
                falls.append([each.span.score - word.without for word in masked])
                errors.append(each.error / max(1.0, abs(each.log_odds - each.masked_log_odds)))
        if falls and len(seconds) % 10 == 0:
            report(np.array(falls), np.array(errors), seconds)
    report(np.array(falls), np.array(errors), seconds)


def report(falls: np.ndarray, errors: np.ndarray, seconds: list[float]) -> None:
    most, chance, least = falls.mean(axis=0)
    more, less = ((falls[:, 0] > falls[:, 1]).mean(), (falls[:, 0] < falls[:, 1]).mean())
    high, worst = np.quantile(errors, 0.95), errors.max()
    print(f"{len(seconds)} queries, {len(falls)} spans, median {np.median(seconds):.2f} s of one core a query")
    print(f"  score falls by {most:.3f} without the most attributed word, {chance:.3f} without a random one,")
    print(f"  {least:.3f} without the least attributed one")
    print(f"  more than by the random word in {more:.1%}, less in {less:.1%} (else it is the same word)")
    print(f"  completeness: error {high:.3f} of the difference at 95 % of spans, {worst:.3f} at most", flush=True)


if __name__ == "__main__":
    table = Lake(Path(sys.argv[2])).read("datasets/queries").filter(pl.col("split") == "validation").collect()
    asked = Random(SEED).sample(table["text"].to_list(), int(sys.argv[3]) if len(sys.argv) > 3 else 100)
    main(Path(sys.argv[1]), asked)
