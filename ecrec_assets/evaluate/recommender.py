"""The recommender on the days after its training: every candidate ranked for every user, nothing sampled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from ecrec_assets.evaluate.calibration.reliability import reliability_curve
from ecrec_assets.evaluate.holdout import COMPONENTS, Holdout, Ranker, hold_out
from ecrec_assets.evaluate.metric_table import Figure, metric_table
from ecrec_assets.evaluate.pair_figures import probability_figures, threshold_figures
from ecrec_assets.evaluate.ranked_lists import RankedLists, joined, ranked
from ecrec_assets.evaluate.ranking_config import RankingConfig
from ecrec_assets.evaluate.slices import item_groups, user_segments

ALL, NEW = "", "_new"  # all candidates; candidates new to the user
BASELINES = COMPONENTS[1:]


class RankingReport(NamedTuple):
    """`metrics` in the long form, `reliability` of Z over all pairs (see `reliability_curve`)."""

    metrics: pl.DataFrame
    reliability: pl.DataFrame


class Answers(NamedTuple):
    """Everything the figures need: lists by component and kind of candidate, lists by group of items, all pairs."""

    lists: dict[tuple[str, str], RankedLists]
    groups: dict[str, RankedLists]
    bought: np.ndarray  # bool [H, P]
    z: np.ndarray  # float32 [H, P]


def evaluate_recommender(
    model: Ranker,
    lines: pl.LazyFrame,
    users: pl.LazyFrame | None,
    items: pl.LazyFrame,
    config: RankingConfig,
    *,
    model_run: str = "",
) -> RankingReport:
    """`lines`, `users` and `items` have the shop's own names of columns, which `model.columns` tells.

    Ranking figures are means over users known from training that bought a candidate in the held-out days;
    `_new` leaves out of candidates and truth what the user bought in training. Figures of Z are over every
    user of training x every candidate. Slice `model` shows the components alone; a group's lists rank its own
    candidates. ValueError when nobody bought anything in those days.
    """
    known = model.columns.of(lines)
    end = model.columns.days_after(model.until, config.days)
    truth = hold_out(model.columns.known_before(known, end), model.user_ids, model.item_ids, begin=model.until, end=end)
    if not len(truth.rows):
        raise ValueError(f"no known user bought a candidate from {model.until:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}")
    groups = item_groups(model.item_ids, items, key=model.columns.item, column=config.item_slice)
    answers = _answers(model, truth, groups, config)
    before = model.columns.known_before(known, model.until)
    segments = user_segments(model.user_ids, before, users, key=model.columns.user, columns=config.user_slices)
    figures = [
        *_overall(answers, model),
        *_by_component(answers, len(model.item_ids)),
        *_by_user(answers, segments),
        *_by_group(answers, groups, config.item_slice or ""),
    ]
    metrics = metric_table(figures, model_run=model_run, split=config.split)
    return RankingReport(metrics, reliability_curve(answers.bought, answers.z))


def _answers(model: Ranker, truth: Holdout, groups: np.ndarray, config: RankingConfig) -> Answers:
    shape = (len(model.user_ids), len(model.item_ids))
    bought, z = np.empty(shape, bool), np.empty(shape, np.float32)
    names = sorted(set(groups))
    lists: dict[tuple[str, str], list[RankedLists]] = {}
    inside: dict[str, list[RankedLists]] = {name: [] for name in names}
    for begin in range(0, shape[0], config.block):
        end = min(begin + config.block, shape[0])
        ids, block = model.user_ids[begin:end], truth.block(begin, end)
        bought[begin:end] = block
        known = model.history_block(ids)
        for component in COMPONENTS:
            scores = model.score_block(ids, component)
            if component == "mix":
                z[begin:end] = model.probability(scores)
                for name in names:
                    here = groups == name
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
        yield lists.coverage(len(model.item_ids), "all", "all", kind)
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


def _by_user(answers: Answers, segments: pl.DataFrame) -> Iterator[Figure]:
    for name in segments.columns[1:]:
        values = segments[name].to_numpy()
        for segment in sorted(set(values)):
            rows = values == segment
            for kind in (ALL, NEW):
                yield from answers.lists["mix", kind].of(rows).figures(name, segment, kind)
            yield from probability_figures(answers.bought[rows], answers.z[rows], name, segment)


def _by_group(answers: Answers, groups: np.ndarray, slice_name: str) -> Iterator[Figure]:
    for name, lists in answers.groups.items():
        here = groups == name
        yield from lists.figures(slice_name, name)
        yield from probability_figures(answers.bought[:, here], answers.z[:, here], slice_name, name)
