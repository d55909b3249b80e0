"""What a search tells while it runs."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Kind = Literal["started", "resumed", "epoch", "complete", "pruned", "failed", "stopped"]


class News(NamedTuple):
    """One thing that happened to one trial.

    `epoch` of `epochs` are done; `value` is the objective of this epoch, or the best of the trial once it is over;
    `best` the highest of all trials that ran to their end, None before the first.
    """

    kind: Kind
    trial: int
    settings: Mapping[str, Any]
    epoch: int
    epochs: int
    value: float | None
    best: float | None
    reason: str = ""
