"""A head that scores segments: every run of words as a span of each type, and every word as outside.

Strict span scores ask for both ends at once, and a segment sees both ends. The words of a segment come in as the first
word, the last word, the mean of all and the width (compare the span representations of Lee et al., EMNLP 2017); one
hidden layer, then one score a kind. The layer is split into its summands, so that the costly part is done once a word.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import gelu


class SegmentHead(nn.Module):
    """Queries × words × hidden -> queries × words × widths × kinds (types and, as number 0, outside)."""

    def __init__(self, hidden: int, types: int, *, size: int, longest: int, dropout: float) -> None:
        super().__init__()
        self.longest = longest
        self.first, self.last, self.mean = (nn.Linear(hidden, size) for _ in range(3))
        self.width = nn.Embedding(longest, size)
        self.score = nn.Linear(size, types + 1)
        self.dropout = nn.Dropout(dropout)
        nn.init.normal_(self.width.weight, std=0.02)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        count = words.shape[1]
        widths = min(self.longest, count)
        words = self.dropout(words)
        last = (torch.arange(count)[:, None] + torch.arange(widths)[None]).clamp(max=count - 1)
        mean = _means(self.mean(words), last)
        joined = self.first(words)[:, :, None] + self.last(words)[:, last] + mean + self.width.weight[:widths]
        scores: torch.Tensor = self.score(self.dropout(gelu(joined)))
        return scores


def _means(words: torch.Tensor, last: torch.Tensor) -> torch.Tensor:
    """Mean of the words of each segment; `last` (words × widths) holds the last word of each."""
    sums = torch.cat([torch.zeros_like(words[:, :1]), words.cumsum(1)], 1)
    widths = torch.arange(1, last.shape[1] + 1)
    return (sums[:, last + 1] - sums[:, :-1, None]) / widths[None, None, :, None]


def segments_of_tags(log_probabilities: torch.Tensor, widths: int) -> torch.Tensor:
    """Segment scores of a head that tags words one by one: the sum of its words' log probabilities.

    In: queries × words × tags, in the order of a `LabelSet`; out: queries × words × widths × kinds.
    """
    outside, begins, inside = log_probabilities[..., :1], log_probabilities[..., 1::2], log_probabilities[..., 2::2]
    count = log_probabilities.shape[1]
    last = (torch.arange(count)[:, None] + torch.arange(widths)[None]).clamp(max=count - 1)
    sums = torch.cat([torch.zeros_like(inside[:, :1]), inside.cumsum(1)], 1)
    spans = begins[:, :, None] + sums[:, last + 1] - sums[:, 1:, None]
    return torch.cat([outside[:, :, None].expand(-1, -1, widths, -1), spans], -1)
