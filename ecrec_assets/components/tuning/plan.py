"""What a search needs to know of a model: what it may change, and how one trial is trained."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

OnEpoch = Callable[[dict[str, float]], object]


class Space(Protocol):
    """The bounds of a search, as the model's own room declares them."""

    def suggest(self, trial: Any) -> dict[str, Any]: ...
    def model_dump(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Plan:
    """A model that can be tuned.

    Attributes:
        model: its name, in MLflow and here.
        table: what it learns from.
        version: of the table; trials on other versions cannot be compared, so each has its own study.
        objective: the figure of an epoch that decides, from validation data only; more is better.
        space: what is searched.
        start: of the searched settings, those of a training today; the first trial tries them.
        settings: all settings of a training today, searched or not.
        support: how many things the objective counts in the validation data; 0 where that means nothing.
        train: (settings, folder, on_epoch) -> the figures of every epoch. Called again after a stop it goes on where it
            was. It passes on what on_epoch raises.
    """

    model: str
    table: str
    version: int
    objective: str
    space: Space
    start: Mapping[str, Any]
    settings: Mapping[str, Any]
    support: int
    train: Callable[[dict[str, Any], Path, OnEpoch], tuple[dict[str, float], ...]]

    @property
    def study(self) -> str:
        """The name of the study: it changes with everything that makes two trials incomparable."""
        searched = self.space.model_dump()
        others = {name: value for name, value in self.settings.items() if name not in searched}
        settled = [self.table, self.version, self.objective, searched, others]
        digest = hashlib.sha256(json.dumps(settled, sort_keys=True, default=str).encode()).hexdigest()
        return f"{self.model} {self.table}@{self.version} {digest[:8]}"

    def trial_name(self, number: int) -> str:
        """As people read it."""
        return f"trial {number}" + (" (starting point)" if number == 0 and self.has_start else "")

    @property
    def has_start(self) -> bool:
        """Whether the first trial is exactly what was trained so far: false where that lies outside the space."""
        return self.start.keys() == self.space.model_dump().keys()

    def epochs(self, settings: Mapping[str, Any]) -> int:
        """How many a trial with these settings has."""
        return int(settings.get("epochs", self.settings["epochs"]))
