"""R-Drop: a query read twice, under two dropouts, shall be understood the same (Liang et al., NeurIPS 2021)."""

from __future__ import annotations

import torch

from ecrec_assets.models.tagger.segments import marginals


def disagreement(one: torch.Tensor, other: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Mean of both Kullback-Leibler divergences between two distributions over segmentations, one number a query.

    Both sums over all segmentations collapse: KL(p, q) + KL(q, p) is the sum over segments of the difference of their
    marginals times the difference of their scores, because the log partitions cancel.
    """
    difference = marginals(one, lengths) - marginals(other, lengths)
    return 0.5 * (difference * (one - other)).sum((1, 2, 3))
