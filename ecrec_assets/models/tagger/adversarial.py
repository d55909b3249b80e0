"""Word vectors moved a small step to where the loss grows most, for one more gradient (Miyato et al., ICLR 2017).

The step is taken on the vectors of the pieces in the batch, as one vector of length `size`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch


def add_adversarial_gradient(vectors: torch.nn.Parameter, size: float, loss: Callable[[], torch.Tensor]) -> None:
    """Adds the gradient of `loss()` at the moved vectors to the gradients that are there; vectors end as they were.

    Does nothing while `vectors` has no gradient, because it is frozen or the loss is flat.
    """
    if vectors.grad is not None:
        used = vectors.grad.abs().sum(-1).nonzero()[:, 0]
        length = vectors.grad[used].norm()
        if length > 0:
            with _moved(vectors, used, size * vectors.grad[used] / length):
                loss().backward()


@contextmanager
def _moved(vectors: torch.nn.Parameter, rows: torch.Tensor, step: torch.Tensor) -> Iterator[None]:
    kept = vectors.data[rows].clone()
    vectors.data[rows] += step
    try:
        yield
    finally:
        vectors.data[rows] = kept
