"""Rhythm and item-item scores mixed into one log-odds: one logistic regression for bought pairs, one for new ones.

A user that never bought an item differs from one that did in kind, not in degree: the first knows only similar
items, the second also its own rhythm. Both heads estimate the same probability, so their answers compare.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression

from ecrec_assets.models.recommender.config import RecommenderConfig
from ecrec_assets.models.recommender.recency_frequency import rhythm_features
from ecrec_assets.models.recommender.snapshot import Snapshot

NEW_FEATURES = ("item_score", "visits", "recent_visits")


class Head(NamedTuple):
    """Log-odds = features @ weights + intercept; float64 [F] and a number."""

    weights: np.ndarray
    intercept: float

    def log_odds(self, features: np.ndarray) -> np.ndarray:
        """Float [...] of features [..., F]."""
        return features @ self.weights + self.intercept


class NewPairs(NamedTuple):
    """Features of never-bought pairs: one value a pair, two a user."""

    item: np.ndarray  # log of EASE plus popularity, times trend, float32 [b, P]
    user: np.ndarray  # log visits, log recent visits, float64 [b, 2]

    def log_odds(self, head: Head) -> np.ndarray:
        """Float32 [b, P]."""
        of_user = Head(head.weights[1:], head.intercept).log_odds(self.user).astype(np.float32)
        return self.item * np.float32(head.weights[0]) + of_user[:, None]


class Mix(NamedTuple):
    """`rhythm` for pairs bought before, `discovery` for the others; log-odds before calibration."""

    rhythm: Head
    discovery: Head


class Mixed(NamedTuple):
    """Raw log-odds of a block of users."""

    new: np.ndarray  # float32 [b, P], as if nothing had been bought before
    user: np.ndarray  # row of each pair bought before
    item: np.ndarray  # and its column
    bought: np.ndarray  # float64, and its log-odds


def fit_head(features: np.ndarray, bought: np.ndarray, sample_weight: np.ndarray | None = None) -> Head:
    """Standardised logistic regression, folded back to raw features. Two half observations, one of each outcome, at
    the mean keep the log-odds finite where everybody or nobody buys.
    """
    weight = np.ones(len(bought)) if sample_weight is None else sample_weight
    centre = np.average(features, axis=0, weights=weight) if len(bought) else np.zeros(features.shape[1])
    spread = features.std(axis=0) if len(bought) else np.ones(features.shape[1])
    spread = np.where(spread > 0, spread, 1)
    standard = np.concatenate([(features - centre) / spread, np.zeros((2, features.shape[1]))])
    outcome = np.concatenate([bought, [False, True]])
    fitted = LogisticRegression(max_iter=1000).fit(standard, outcome, np.concatenate([weight, [0.5, 0.5]]))
    weights = fitted.coef_[0] / spread
    return Head(weights, float(fitted.intercept_[0] - weights @ centre))


def new_pairs(snapshot: Snapshot, rows: np.ndarray, item_scores: np.ndarray, config: RecommenderConfig) -> NewPairs:
    """Features of all pairs of some users as if they had bought none; `item_scores` is EASE, [rows, P]."""
    strength = np.maximum(item_scores, 0) + snapshot.popular_part(config.popularity_weight)
    purchases = snapshot.purchases
    user = np.log(np.stack([purchases.visits[rows], purchases.recent_visits[rows] + 0.1], axis=1))
    return NewPairs(np.log(strength) + config.trend_power * np.log(snapshot.popularity.trend), user)


def fit_mix(snapshot: Snapshot, bought: Any, config: RecommenderConfig) -> Mix:
    """`bought` is the sparse bool [H, P] of what happened in the weeks after the snapshot."""
    draw = np.random.default_rng(config.seed)
    matrix = snapshot.matrix
    share = config.share_of(matrix.shape[0] * matrix.shape[1])
    known_scores, features, answers, weights = [], [], [], []
    for rows in blocks(len(snapshot.purchases.user_ids), config.block):
        scores = snapshot.item_scores(rows, matrix)
        known, answer = matrix[rows].toarray() > 0, bought[rows].toarray()
        known_scores.append(scores[known])
        kept = ~known & (answer | (draw.random(known.shape) < share))
        pairs = new_pairs(snapshot, rows, scores, config)
        at = np.nonzero(kept)
        features.append(np.column_stack([pairs.item[at], pairs.user[at[0]]]))
        answers.append(answer[at])
        weights.append(np.where(answer[at], 1, 1 / share))
    rhythm = rhythm_features(snapshot.purchases, snapshot.popularity, np.concatenate(known_scores))
    again = np.asarray(bought[snapshot.purchases.user, snapshot.purchases.item]).ravel()
    discovery = fit_head(np.concatenate(features), np.concatenate(answers), np.concatenate(weights))
    return Mix(fit_head(rhythm, again), discovery)


def mixed(snapshot: Snapshot, mix: Mix, rows: np.ndarray, item_scores: np.ndarray, config: RecommenderConfig) -> Mixed:
    """What both heads say of some users; `item_scores` is EASE, [rows, P]."""
    purchases = snapshot.purchases.take(rows)
    user, item = purchases.user, purchases.item
    features = rhythm_features(purchases, snapshot.popularity, item_scores[user, item])
    new = new_pairs(snapshot, rows, item_scores, config).log_odds(mix.discovery)
    return Mixed(new, user, item, mix.rhythm.log_odds(features))


def blocks(size: int, stride: int) -> list[np.ndarray]:
    """Row numbers 0 .. size-1 in runs of `stride`."""
    return [np.arange(begin, min(begin + stride, size)) for begin in range(0, size, stride)]
