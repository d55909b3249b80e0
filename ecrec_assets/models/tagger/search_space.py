"""Which settings of the tagger a search may change, and within which bounds.

A space is a table of field -> range or choices, in this file or in YAML:

    learning_rate: {low: 1.0e-4, high: 1.0e-3, log: true}
    batch_size: {choices: [16, 32, 64]}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError, model_validator

from ecrec_assets.models.tagger.config import TaggerConfig

Value = bool | int | float | str | None


class SpaceError(ValueError):
    """A search space that cannot be searched; the message names the setting."""


class Trial(Protocol):
    """What is asked of an optuna trial."""

    def suggest_float(self, name: str, low: float, high: float, *, log: bool) -> float: ...
    def suggest_int(self, name: str, low: int, high: int, *, log: bool) -> int: ...
    def suggest_categorical(self, name: str, choices: Any) -> Any: ...


class Range(BaseModel):
    """Numbers from `low` to `high`, both included; whole ones when both are whole. `log`: every factor alike."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    low: int | float
    high: int | float
    log: bool = False

    @model_validator(mode="after")
    def _bounded(self) -> Range:
        if not self.low < self.high:
            raise ValueError(f"low {self.low} must be less than high {self.high}")
        if self.log and self.low <= 0:
            raise ValueError(f"low {self.low} must be above 0 on a logarithmic scale")
        return self

    @property
    def ends(self) -> tuple[Value, ...]:
        return self.low, self.high

    def suggest(self, trial: Trial, name: str) -> Value:
        if isinstance(self.low, int) and isinstance(self.high, int):
            return trial.suggest_int(name, self.low, self.high, log=self.log)
        return trial.suggest_float(name, self.low, self.high, log=self.log)

    def holds(self, value: object) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and self.low <= value <= self.high


class Choice(BaseModel):
    """One of these."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    choices: tuple[Value, ...] = Field(min_length=2)

    @model_validator(mode="before")
    @classmethod
    def _tuple(cls, given: Any) -> Any:
        return {name: tuple(value) if isinstance(value, list) else value for name, value in dict(given).items()}

    @property
    def ends(self) -> tuple[Value, ...]:
        return self.choices

    def suggest(self, trial: Trial, name: str) -> Value:
        chosen: Value = trial.suggest_categorical(name, self.choices)
        return chosen

    def holds(self, value: object) -> bool:
        return value in self.choices


class SearchSpace(RootModel[dict[str, Range | Choice]]):
    """Field of TaggerConfig -> what it may be. `checked` says that every end of it is a setting that exists."""

    model_config = ConfigDict(frozen=True)

    def suggest(self, trial: Trial) -> dict[str, Value]:
        """The settings of a new trial, or of one that has them already."""
        return {name: bounds.suggest(trial, name) for name, bounds in self.root.items()}

    def start(self, config: TaggerConfig) -> dict[str, Value]:
        """The settings of `config` as far as they lie in the space: the first trial, so that no search ends below."""
        given = config.model_dump()
        return {name: given[name] for name, bounds in self.root.items() if bounds.holds(given[name])}

    def checked(self, config: TaggerConfig) -> SearchSpace:
        """The same space. Raises SpaceError for no setting, an unknown one, or a bound that the tagger refuses."""
        if not self.root:
            raise SpaceError("the search space is empty; name at least one setting")
        for name, bounds in self.root.items():
            if name not in TaggerConfig.model_fields:
                raise SpaceError(f"the tagger has no setting '{name}'; it has {', '.join(TaggerConfig.model_fields)}")
            for value in bounds.ends:
                _require(config, name, value)
        return self


def parsed(table: Mapping[str, Any]) -> SearchSpace:
    """The space of a table as YAML gives it. Raises SpaceError."""
    found: dict[str, Range | Choice] = {}
    for name, bounds in table.items():
        kind = Choice if isinstance(bounds, Mapping) and "choices" in bounds else Range
        try:
            found[str(name)] = kind.model_validate(bounds)
        except (ValidationError, TypeError, ValueError) as error:
            raise SpaceError(
                f"'{name}' is no range {{low, high, log}} and no {{choices: [...]}}: {_first(error)}"
            ) from error
    return SearchSpace(found)


def _require(config: TaggerConfig, name: str, value: Value) -> None:
    try:
        TaggerConfig.model_validate({**config.model_dump(), name: value})
    except ValidationError as error:
        raise SpaceError(f"'{name}' cannot be {value!r}: {_first(error)}") from error


def _first(error: Exception) -> str:
    return str(error.errors()[0]["msg"]) if isinstance(error, ValidationError) else str(error)


SPACE = parsed(
    {
        "learning_rate": {"low": 1e-4, "high": 1e-3, "log": True},
        "layer_decay": {"low": 0.8, "high": 1.0},
        "batch_size": {"choices": [32, 64, 128]},
        "epochs": {"choices": [2, 4, 8]},
        "dropout": {"choices": [None, 0.0, 0.2]},
        "averaging": {"choices": [0.0, 0.99, 0.995]},
        "agreement": {"choices": [0.0, 0.5, 1.0]},
        "weight_decay": {"low": 1e-3, "high": 1e-1, "log": True},
    }
)
