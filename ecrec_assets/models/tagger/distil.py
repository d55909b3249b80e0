"""One student from many teachers: soft targets that smooth the noise of the labels (Hinton et al., 2015).

Human labels of queries disagree; a student that learns from a mixture of the label and of what a teacher that never saw
it would say is drawn less to what only one annotator would have said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.cross_fitting import cross_fitted
from ecrec_assets.models.tagger.predict import Tagger
from ecrec_assets.models.tagger.soft_targets import (
    SOFT,
    Segment,
    agreement,
    as_rows,
    from_rows,
    mean,
    mixed,
    segments_of,
)
from ecrec_assets.models.tagger.train import TrainedTagger, train

TAUGHT = pl.Schema(
    {"tokens": pl.List(pl.String()), "tags": pl.List(pl.String()), "split": pl.String(), "soft": SOFT}
    | {"weight": pl.Float64()}
)


class DistilConfig(BaseModel):
    """How a student is taught. Its teachers train plainly: without R-Drop and adversarial steps, whatever it does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    teachers: int = Field(5, ge=2, description="folds of the training queries; each teacher learns from all others")
    teacher_epochs: int = Field(3, ge=1, description="passes of a teacher over its queries")
    gold_share: float = Field(0.5, ge=0, le=1, description="share of the label in a target; the rest is its teacher's")
    processes: int = Field(2, ge=1, description="teachers trained at the same time, with one thread each")


class Suspicion(NamedTuple):
    """What is done with a label that its teacher finds unlikely: its share falls from `gold_share` to `suspect_share`
    in proportion, when the teacher gives its segments less than `least` on average.
    """

    least: float
    suspect_share: float


def _ignore(*_: object) -> None:
    """The default of the callbacks."""


def distilled(
    queries: pl.LazyFrame,
    config: TaggerConfig,
    teaching: DistilConfig,
    *,
    types: Sequence[str],
    base: Path | str,
    folder: Path,
    on_epoch: Callable[[dict[str, float]], object] = _ignore,
    on_step: Callable[[int, int], object] = _ignore,
) -> TrainedTagger:
    """Like `train`, with teachers before it; a killed run goes on with the teacher or the student it was at.

    The callbacks hear of the student only. The teachers stay in `folder/teachers`.
    """
    threads = 1 if teaching.processes > 1 else config.threads
    cheaper = {"epochs": teaching.teacher_epochs, "threads": threads, "agreement": 0.0, "adversarial": 0.0}
    taught_by = config.model_copy(update=cheaper)
    teachers = cross_fitted(
        queries,
        taught_by,
        types=types,
        base=base,
        folder=folder / "teachers",
        count=teaching.teachers,
        processes=teaching.processes,
    )
    soft = softened(queries, teachers.answers, gold_share=teaching.gold_share)
    return train(soft, config, types=types, base=base, folder=folder, on_epoch=on_epoch, on_step=on_step)


def softened(
    queries: pl.LazyFrame, answers: pl.LazyFrame, *, gold_share: float, suspicion: Suspicion | None = None
) -> pl.LazyFrame:
    """`queries` with a column `soft`: `gold_share` of the label and the rest of the teacher's answer.

    `answers` has the columns row (of the training queries, from 0) and soft, as `cross_fitted` gives them. Rows of
    other splits have none. Raises ValueError when an answer is missing.
    """
    rows = queries.collect()
    train = rows.filter(pl.col("split") == "train")
    said = dict(answers.select("row", "soft").collect().iter_rows())
    if missing := train.height - len(said):
        raise ValueError(f"{missing} of {train.height} training queries have no answer of a teacher (or too many have)")
    soft = [
        as_rows(_target(tags, from_rows(said[row]), gold_share, suspicion)) for row, tags in enumerate(train["tags"])
    ]
    others = rows.filter(pl.col("split") != "train").with_columns(soft=pl.lit(None, SOFT))
    return pl.concat([train.with_columns(soft=pl.Series(soft, dtype=SOFT)), others]).lazy()


def _target(tags: Sequence[str], said: list[Segment], gold_share: float, suspicion: Suspicion | None) -> list[Segment]:
    share = gold_share
    if suspicion and (agreed := agreement(tags, said)) < suspicion.least:
        share = suspicion.suspect_share + (gold_share - suspicion.suspect_share) * agreed / suspicion.least
    return mixed([(share, segments_of(tags)), (1 - share, said)])


def taught(texts: Sequence[Sequence[str]], teachers: Sequence[Tagger], *, weight: float = 1.0) -> pl.LazyFrame:
    """Texts without labels as training queries: tokens, tags (the likeliest), split, soft (the teachers' mean), weight.

    Raises ValueError without a teacher.
    """
    if not teachers:
        raise ValueError("texts without labels need at least one teacher")
    words = [list(text) for text in texts if text]
    views = list(zip(*(teacher.segments(words) for teacher in teachers), strict=True))
    return pl.LazyFrame(
        {
            "tokens": words,
            "tags": [answer.tags for answer in teachers[0].tag_words(words)],
            "split": ["train"] * len(words),
            "soft": [as_rows(mean(view)) for view in views],
            "weight": [weight] * len(words),
        },
        schema=TAUGHT,
    )
