"""The network of the probe: two layers over a word and its neighbours."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray


class ProbeNetwork(torch.nn.Module):
    """Scores of each tag from a word's features and those of the words beside it."""

    def __init__(self, width: int, tags: int, *, hidden: int, dropout: float) -> None:
        super().__init__()
        self.word = torch.nn.Linear(width, hidden)
        self.window = torch.nn.Linear(3 * hidden + 2, hidden)
        self.tag = torch.nn.Linear(hidden, tags)
        self.drop = torch.nn.Dropout(dropout)

    def forward(self, features: torch.Tensor, beside: torch.Tensor) -> torch.Tensor:
        """Words × features, and `neighbours` of them, to words × tags."""
        own = self.drop(torch.relu(self.word(self.drop(features))))
        padded = torch.cat([own, own.new_zeros(1, own.shape[1])])
        edges = (beside == len(own)).float()
        window = torch.cat([padded[beside[:, 0]], own, padded[beside[:, 1]], edges], dim=1)
        scores: torch.Tensor = self.tag(self.drop(torch.relu(self.window(window))))
        return scores


def neighbours(queries: NDArray[np.int64], starts: NDArray[np.int64]) -> torch.Tensor:
    """Words × 2: the places of the word before and after in the same query, the number of words where there is none.

    `queries` are numbers of queries whose words follow one another; `starts` the first word of every query.
    """
    sizes = starts[queries + 1] - starts[queries]
    count, ends = int(sizes.sum()), np.cumsum(sizes)
    before, after = np.arange(count) - 1, np.arange(count) + 1
    before[(ends - sizes)[sizes > 0]] = count
    after[(ends - 1)[sizes > 0]] = count
    return torch.from_numpy(np.stack([before, after], axis=1))
