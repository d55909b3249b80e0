"""Rare types count more: by weight in the loss, or by being drawn more often.

The weight of a type is the root of how rare it is against the mean type, at most MOST; the weight of a query is that
of its rarest type. The root is the usual middle way between leaving rare types unlearnt and learning little else
(Mahajan et al., ECCV 2018, section 2.2).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from random import Random

from ecrec_assets.models.tagger.labels import OUTSIDE
from ecrec_assets.models.tagger.soft_targets import Segment

MOST = 5.0


def query_weights(targets: Sequence[Sequence[Segment]]) -> list[float]:
    """One weight a query, with mean 1."""
    counts = Counter(part.type for target in targets for part in target if part.type != OUTSIDE)
    mean = sum(counts.values()) / max(1, len(counts))
    of_type = {kind: min(MOST, max(1.0, math.sqrt(mean / count))) for kind, count in counts.items()}
    raw = [max((of_type.get(part.type, 1.0) for part in target), default=1.0) for target in targets]
    return [weight * len(raw) / sum(raw) for weight in raw]


def drawn(weights: Sequence[float], chance: Random) -> list[int]:
    """As many places as there are weights, each drawn in proportion to its weight (with replacement)."""
    return chance.choices(range(len(weights)), weights=weights, k=len(weights))
