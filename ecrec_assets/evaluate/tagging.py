"""How well a query tagger reads held-out queries: figures by slice with intervals, calibration, and its worst answers.

report = evaluate_tagger(Tagger.load(folder), queries, model_run=run_id)
report.metrics.filter(split="test", slice="type", metric="span_f1")
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from ecrec_assets.evaluate.spans.answers import SpanTagger, answered, weighed
from ecrec_assets.evaluate.spans.bootstrap import BOOTSTRAP, Bootstrap
from ecrec_assets.evaluate.spans.certainty import calibration_error, span_certainty, word_certainty
from ecrec_assets.evaluate.spans.confusion import span_confusion
from ecrec_assets.evaluate.spans.counts import span_counts
from ecrec_assets.evaluate.spans.figures import Measured, micro_figures
from ecrec_assets.evaluate.spans.slices import Row, figures_by_slice
from ecrec_assets.evaluate.spans.worst import worst_answers

SCHEMA = {
    "model_run": pl.String,
    "split": pl.String,
    "slice": pl.String,
    "segment": pl.String,
    "metric": pl.String,
    "value": pl.Float64,
    "support": pl.Int64,
    "low": pl.Float64,
    "high": pl.Float64,
}
PERTURBATION = "perturbation"
SEED = 1


class TaggerReport(NamedTuple):
    """`metrics` in the long form of SCHEMA; the others are of one split, test where it is there.

    `confusion`: given, found, spans (see `span_confusion`). `reliability`: stage (before or after the temperature),
    unit (word or span), and a curve of 15 bins. `worst`: see `worst_answers`.
    """

    metrics: pl.DataFrame
    confusion: pl.DataFrame
    reliability: pl.DataFrame
    worst: pl.DataFrame
    split: str


def evaluate_tagger(
    tagger: SpanTagger,
    queries: pl.LazyFrame,
    *,
    model_run: str = "",
    temperature: float = 1.0,
    perturbations: Sequence[str] = ("typo", "order", "case"),
    bootstrap: Bootstrap = BOOTSTRAP,
) -> TaggerReport:
    """Measures every split but `train` of `queries` (tokens, tags, split; form and is_noisy where known).

    `temperature` is what the tagger divides its logits by, to show the calibration before it. The last split is also
    measured perturbed. ValueError where nothing is held out.
    """
    rows = queries.collect()
    held_out = rows.filter(pl.col("split") != "train")
    if held_out.is_empty():
        raise ValueError("the queries have no row of another split than 'train'; there is nothing to measure on")
    split = "test" if "test" in held_out["split"] else str(held_out["split"][0])
    answers = answered(tagger, held_out)
    judged = weighed(tagger, answers.filter(pl.col("split") == split), temperature=temperature)
    changed = [answered(tagger, _perturbed(held_out.filter(split=split), kind)) for kind in perturbations]
    every = pl.concat([rows.filter(split="train"), answers, *changed], how="diagonal_relaxed")
    return TaggerReport(
        tagging_metrics(every.lazy(), model_run=model_run, bootstrap=bootstrap).collect(),
        span_confusion(judged["tags"], judged["predicted"]),
        _reliability(judged),
        worst_answers(judged),
        split,
    )


def _perturbed(queries: pl.DataFrame, kind: str) -> pl.DataFrame:
    from ecrec_assets.prepare.query_augmentation.perturb import perturbed

    changed = perturbed(queries.lazy(), kind=kind, rate=1.0, seed=SEED).collect()
    return changed.with_columns(pl.lit(kind).alias(PERTURBATION))


def tagging_metrics(
    queries: pl.LazyFrame, *, model_run: str, rare_below: int = 100, bootstrap: Bootstrap = BOOTSTRAP
) -> pl.LazyFrame:
    """One row a split, slice, segment and metric, with the bounds of its 95 % interval.

    `queries` has split, tags and predicted (one tag a word each), and where known scores (probabilities of the
    predicted tags), form, is_noisy, and perturbation (null for a query as it was asked). Rows of split `train` are not
    measured; with them (tokens, tags) words and types have a slice by whether training knows them.

    Slices: `all`; `type`; `length` in words; `unknown_words`; `rarity`: types with fewer than `rare_below` spans in
    training, and the others; `form`; `noise`; `perturbation`. A segment without given spans has no span figures.
    Raises ValueError where a query has not one predicted tag a word.
    """
    rows = queries.collect()
    train, held_out = rows.filter(pl.col("split") == "train"), rows.filter(pl.col("split") != "train")
    _check_lengths(held_out)
    found = [
        (model_run, split, row.slice, row.segment, *_values(row.measured))
        for (split,), part in sorted(held_out.partition_by("split", as_dict=True).items())
        for row in _of_split(part, train, rare_below, bootstrap)
    ]
    return pl.DataFrame(found, schema=SCHEMA, orient="row").lazy()


def _values(measured: Measured) -> tuple[str, float, int, float, float]:
    found = measured.interval
    return measured.metric, found.value, measured.support, found.low, found.high


def _of_split(part: pl.DataFrame, train: pl.DataFrame, rare_below: int, bootstrap: Bootstrap) -> Iterator[Row]:
    has_kinds = PERTURBATION in part.columns
    plain = part.filter(pl.col(PERTURBATION).is_null()) if has_kinds else part
    yield from _calibration("all", "all", plain, bootstrap)
    yield from figures_by_slice(plain, train, rare_below, bootstrap)
    if has_kinds:
        changed = part.filter(pl.col(PERTURBATION).is_not_null())
        for (kind,), rows in sorted(changed.partition_by(PERTURBATION, as_dict=True).items()):
            counts = span_counts(rows["tags"], rows["predicted"])
            yield from (Row(PERTURBATION, str(kind), each) for each in micro_figures(counts, bootstrap))
            yield from _calibration(PERTURBATION, str(kind), rows, bootstrap)


def _calibration(slice_name: str, segment: str, part: pl.DataFrame, bootstrap: Bootstrap) -> Iterator[Row]:
    if "scores" not in part.columns:
        return
    columns = part["tags"], part["predicted"], part["scores"]
    for name, certainty in (("word_ece", word_certainty(*columns)), ("span_ece", span_certainty(*columns))):
        measured = calibration_error(name, certainty, part.height, bootstrap)
        if measured:
            yield Row(slice_name, segment, measured)


def _reliability(judged: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(
        measure(judged["tags"], judged["predicted"], judged[scores]).curve.select(
            pl.lit(stage).alias("stage"), pl.lit(unit).alias("unit"), pl.all()
        )
        for stage, scores in (("before", "raw_scores"), ("after", "scores"))
        for unit, measure in UNITS.items()
    )


UNITS = {"word": word_certainty, "span": span_certainty}


def _check_lengths(rows: pl.DataFrame) -> None:
    wrong = rows.filter(pl.col("tags").list.len() != pl.col("predicted").list.len().fill_null(0))
    if wrong.height:
        raise ValueError(f"{wrong.height:,} of {rows.height:,} queries have not one predicted tag a word")
