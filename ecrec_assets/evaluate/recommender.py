"""The recommender on the weeks after its training: every candidate ranked for every household, nothing sampled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from ecrec_assets.evaluate.calibration.reliability import reliability_curve
from ecrec_assets.evaluate.holdout import COMPONENTS, Holdout, Ranker, hold_out
from ecrec_assets.evaluate.metric_table import Figure, metric_table
from ecrec_assets.evaluate.pair_figures import probability_figures, threshold_figures
from ecrec_assets.evaluate.ranked_lists import RankedLists, joined, ranked
from ecrec_assets.evaluate.slices import household_segments, product_departments

ALL, NEW = "", "_new"  # all candidates; candidates new to the household
BASELINES = COMPONENTS[1:]


class RankingConfig(BaseModel):
    """The protocol: how many weeks after training are held out, how long a list is."""

    model_config = ConfigDict(frozen=True)

    weeks: int = Field(4, ge=1, description="held-out weeks right after the last week of training")
    k: int = Field(20, ge=1, description="length of a list")
    split: str = Field("test", description="name of the held-out weeks in the table")
    block: int = Field(256, ge=1, description="households scored at once")


class RankingReport(NamedTuple):
    """`metrics` in the long form, `reliability` of Z over all pairs (see `reliability_curve`)."""

    metrics: pl.DataFrame
    reliability: pl.DataFrame


class Answers(NamedTuple):
    """Everything the figures need: lists by component and kind of candidate, lists by department, all pairs."""

    lists: dict[tuple[str, str], RankedLists]
    departments: dict[str, RankedLists]
    bought: np.ndarray  # bool [H, P]
    z: np.ndarray  # float32 [H, P]


def evaluate_recommender(
    model: Ranker,
    lines: pl.LazyFrame,
    households: pl.LazyFrame,
    products: pl.LazyFrame,
    config: RankingConfig,
    *,
    model_run: str = "",
) -> RankingReport:
    """Ranking figures are means over households known from training that bought a candidate in the held-out weeks;
    `_new` leaves out of candidates and truth what the household bought in training. Figures of Z are over every
    household of training x every candidate. Slice `model` shows the components alone; a department's lists rank its
    own candidates. ValueError when nobody bought anything in those weeks.
    """
    first = model.last_week + 1
    truth = hold_out(
        lines, model.household_ids, model.product_ids, first_week=first, last_week=model.last_week + config.weeks
    )
    if not len(truth.rows):
        raise ValueError(f"no known household bought a candidate in weeks {first} to {model.last_week + config.weeks}")
    department = product_departments(model.product_ids, products)
    answers = _answers(model, truth, department, config)
    segments = household_segments(model.household_ids, lines.filter(pl.col("week") < first), households)
    figures = [
        *_overall(answers, model),
        *_by_component(answers, len(model.product_ids)),
        *_by_household(answers, segments),
        *_by_department(answers, department),
    ]
    metrics = metric_table(figures, model_run=model_run, split=config.split)
    return RankingReport(metrics, reliability_curve(answers.bought, answers.z))


def _answers(model: Ranker, truth: Holdout, department: np.ndarray, config: RankingConfig) -> Answers:
    shape = (len(model.household_ids), len(model.product_ids))
    bought, z = np.empty(shape, bool), np.empty(shape, np.float32)
    names = sorted(set(department))
    lists: dict[tuple[str, str], list[RankedLists]] = {}
    inside: dict[str, list[RankedLists]] = {name: [] for name in names}
    for begin in range(0, shape[0], config.block):
        end = min(begin + config.block, shape[0])
        ids, block = model.household_ids[begin:end], truth.block(begin, end)
        bought[begin:end] = block
        known = model.history_block(ids)
        for component in COMPONENTS:
            scores = model.score_block(ids, component)
            if component == "mix":
                z[begin:end] = model.probability(scores)
                for name in names:
                    here = department == name
                    inside[name].append(ranked(model, scores[:, here], block[:, here], config.k))
            lists.setdefault((component, ALL), []).append(ranked(model, scores, block, config.k))
            scores[known] = -np.inf
            lists.setdefault((component, NEW), []).append(ranked(model, scores, block & ~known, config.k))
    return Answers(
        {key: joined(parts) for key, parts in lists.items()},
        {name: joined(parts) for name, parts in inside.items()},
        bought,
        z,
    )


def _overall(answers: Answers, model: Ranker) -> Iterator[Figure]:
    for kind in (ALL, NEW):
        lists = answers.lists["mix", kind]
        yield from lists.figures("all", "all", kind)
        yield lists.coverage(len(model.product_ids), "all", "all", kind)
        for baseline in BASELINES:
            yield from _over_baseline(lists, answers.lists[baseline, kind], kind, baseline)
    yield from probability_figures(answers.bought, answers.z, "all", "all")
    yield from threshold_figures(answers.bought, answers.z, model.threshold, "all", "all")


def _over_baseline(lists: RankedLists, baseline: RankedLists, kind: str, name: str) -> Iterator[Figure]:
    """How many times the baseline's NDCG; nothing where the baseline finds nothing."""
    for ours, theirs in zip(lists.figures("all", "all", kind), baseline.figures("all", "all", kind), strict=True):
        if ours.metric.startswith("ndcg") and theirs.value > 0:
            yield Figure("all", "all", f"{ours.metric}_over_{name}", ours.value / theirs.value, ours.support)


def _by_component(answers: Answers, candidates: int) -> Iterator[Figure]:
    for (component, kind), lists in answers.lists.items():
        yield from lists.figures("model", component, kind)
        yield lists.coverage(candidates, "model", component, kind)


def _by_household(answers: Answers, segments: pl.DataFrame) -> Iterator[Figure]:
    for name in segments.columns[1:]:
        values = segments[name].to_numpy()
        for segment in sorted(set(values)):
            rows = values == segment
            for kind in (ALL, NEW):
                yield from answers.lists["mix", kind].of(rows).figures(name, segment, kind)
            yield from probability_figures(answers.bought[rows], answers.z[rows], name, segment)


def _by_department(answers: Answers, department: np.ndarray) -> Iterator[Figure]:
    for name, lists in answers.departments.items():
        here = department == name
        yield from lists.figures("department", name)
        yield from probability_figures(answers.bought[:, here], answers.z[:, here], "department", name)
