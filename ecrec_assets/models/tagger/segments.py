"""Exact sums over all segmentations of a query.

A segmentation cuts a query into segments: spans of some type, and single words outside any span. It scores the sum of
its segments, and its probability is the exponential of that over the sum for all segmentations (semi-Markov
conditional random field: Sarawagi and Cohen, NIPS 2004). Queries are short, so the sums are exact and cheap.

Scores have the shape queries × words × widths × kinds: `scores[q, i, w, k]` is the segment of the words i to i + w
(inclusive) as kind k; kind 0 is "outside", and a kind above it a type. `lengths` are the words of each query.
"""

from __future__ import annotations

import torch

IMPOSSIBLE = -1e4
NEVER = -1e9


def only_possible(scores: torch.Tensor, lengths: torch.Tensor, blank: torch.Tensor | None = None) -> torch.Tensor:
    """The scores with IMPOSSIBLE for segments that leave the query and for wide segments outside any span.

    `blank` (queries × words, bool) marks words that the tokenizer has no piece for: they are outside for certain.
    """
    words, widths = scores.shape[1:3]
    last = torch.arange(words)[:, None] + torch.arange(widths)[None]
    bad = (last[None] >= lengths[:, None, None])[..., None].repeat(1, 1, 1, scores.shape[-1])
    bad[:, :, 1:, 0] = True
    if blank is not None and blank.any():
        seen = torch.cat([torch.zeros_like(blank[:, :1], dtype=torch.long), blank.long().cumsum(1)], 1)
        covered = seen[:, (last + 1).clamp(max=words)] - seen[:, :words, None]
        bad[..., 1:] |= (covered > 0)[..., None]
    return scores.masked_fill(bad, IMPOSSIBLE)


def log_partition(scores: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """One number a query: the log of the sum over all segmentations."""
    return _forward(scores.logsumexp(-1)).gather(1, lengths[:, None])[:, 0]


def marginals(scores: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """How likely each segment is, in the shape of the scores (forward-backward). Over each word they sum to 1."""
    total = scores.logsumexp(-1)
    before, after = _forward(total), _backward(total, lengths)
    words, widths = total.shape[1:]
    end = (torch.arange(words)[:, None] + torch.arange(widths)[None] + 1).clamp(max=words)
    log = before[:, :words, None, None] + scores + after[:, end][..., None]
    return (log - before.gather(1, lengths[:, None])[:, :, None, None]).exp()


def _forward(total: torch.Tensor) -> torch.Tensor:
    """Queries × (words + 1): log sum over the segmentations of the first j words. `total` is summed over kinds."""
    queries, words, widths = total.shape
    sums = [total.new_zeros(queries)]
    for end in range(1, words + 1):
        ways = [sums[end - 1 - w] + total[:, end - 1 - w, w] for w in range(min(widths, end))]
        sums.append(torch.stack(ways, 1).logsumexp(1))
    return torch.stack(sums, 1)


def _backward(total: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Queries × (words + 1): log sum over the segmentations of the words from j to the end of the query."""
    words, widths = total.shape[1:]
    nothing = torch.where(lengths[:, None] == torch.arange(words + 1)[None], 0.0, NEVER).to(total.dtype)
    sums = {words: nothing[:, words]}
    for first in range(words - 1, -1, -1):
        ways = [total[:, first, w] + sums[first + w + 1] for w in range(min(widths, words - first))]
        inside = torch.stack(ways, 1).logsumexp(1)
        sums[first] = torch.where(lengths > first, inside, nothing[:, first])
    return torch.stack([sums[place] for place in range(words + 1)], 1)
