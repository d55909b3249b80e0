"""The baseline that any tagger has to beat: each word gets the tag that training gave it most often.

The baseline of CoNLL-2000 (Tjong Kim Sang & Buchholz): a table of words, no context. It says how much of a label set is
a matter of vocabulary, so a floor against it is honest for any label set.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import polars as pl
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2

SLICE = "baseline"
SEGMENT = "majority tag by word"


class MajorityTagger:
    """Tags by word, whatever its case; a word that training did not have gets the most frequent tag of all."""

    def __init__(self, words: Iterable[Sequence[str]], tags: Iterable[Sequence[str]]) -> None:
        """ValueError without a word."""
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for row, given in zip(words, tags, strict=True):
            for word, tag in zip(row, given, strict=True):
                counts[word.casefold()][tag] += 1
        if not counts:
            raise ValueError("there is no labelled word to learn the majority tags from")
        every = sum(counts.values(), Counter[str]())
        self._by_word = {word: _most(counter) for word, counter in counts.items()}
        self._otherwise = _most(every)

    def tag_words(self, words: Sequence[str]) -> list[str]:
        """One tag a word; an I- that nothing begins becomes a B-, so that the answer is IOB2."""
        found: list[str] = []
        for word in words:
            tag = self._by_word.get(word.casefold(), self._otherwise)
            begins = tag.startswith("I-") and (not found or found[-1][2:] != tag[2:])
            found.append(f"B-{tag[2:]}" if begins else tag)
        return found


def against_majority(metrics: pl.LazyFrame, queries: pl.LazyFrame) -> pl.LazyFrame:
    """`metrics` with two more rows for each split that is measured, in the slice `baseline`.

    `span_f1` is that of the majority tags, and `gain` the share of its shortfall that the model makes up:
    (F1 - baseline) / (1 - baseline); 0 is no better than the table of words, 1 is without fault.
    """
    measured, rows = metrics.collect(), queries.select("tokens", "tags", "split").collect()
    train = rows.filter(pl.col("split") == "train")
    tagger = MajorityTagger(train["tokens"], train["tags"])
    whole = measured.filter(pl.col("slice") == "all", pl.col("metric") == "span_f1")
    found = [
        {**row, "slice": SLICE, "segment": SEGMENT, "metric": metric, "value": value, "low": None, "high": None}
        for row in whole.iter_rows(named=True)
        for metric, value in _compared(row["value"], _f1(tagger, rows.filter(pl.col("split") == row["split"]))).items()
    ]
    return pl.concat([measured, pl.DataFrame(found, schema=measured.schema)]).lazy()


def _compared(model: float, baseline: float) -> dict[str, float]:
    gain = (model - baseline) / (1 - baseline) if baseline < 1 else 0.0
    return {"span_f1": baseline, "gain": gain}


def _f1(tagger: MajorityTagger, rows: pl.DataFrame) -> float:
    found = [tagger.tag_words(words) for words in rows["tokens"]]
    given = rows["tags"].to_list()
    return float(f1_score(given, found, mode="strict", scheme=IOB2, average="micro", zero_division=0))


def _most(counter: Counter[str]) -> str:
    """The most frequent; of several the first in the alphabet, so that it is always the same."""
    return min(counter, key=lambda tag: (-counter[tag], tag))
