from __future__ import annotations

from typing import Any

import optuna
import pytest

from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.search_space import SPACE, SpaceError, parsed


def test_whatever_the_built_in_space_suggests_is_a_setting_of_the_tagger() -> None:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=3))
    for _ in range(30):
        settings = SPACE.suggest(study.ask())
        assert TaggerConfig.model_validate(settings).model_dump().items() >= settings.items()


def test_the_first_trial_is_todays_settings() -> None:
    assert SPACE.start(TaggerConfig()).keys() == SPACE.root.keys()
    assert SPACE.start(TaggerConfig.labelled()).keys() == SPACE.root.keys()
    assert SPACE.start(TaggerConfig(learning_rate=2e-4, epochs=4))["learning_rate"] == 2e-4
    assert "epochs" not in SPACE.start(TaggerConfig(epochs=77))


def test_whole_ends_give_whole_numbers_and_a_trial_is_asked_once() -> None:
    space = parsed({"epochs": {"low": 1, "high": 3}, "precision": {"choices": ["fp32", "bf16"]}})
    trial = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1)).ask()
    first = space.suggest(trial)
    assert first == space.suggest(trial)
    assert type(first["epochs"]) is int
    assert first["precision"] in ("fp32", "bf16")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, "the search space is empty"),
        ({"learning_rat": {"low": 1e-4, "high": 1e-3}}, "no setting 'learning_rat'; it has epochs"),
        ({"learning_rate": {"low": 1e-3, "high": 1e-4}}, "'learning_rate' is no range .* low 0.001 must be less than"),
        ({"learning_rate": {"low": 0, "high": 1, "log": True}}, "'learning_rate' is no range .* must be above 0"),
        ({"learning_rate": {"low": 0, "high": 1}}, "'learning_rate' cannot be 0: Input should be greater than 0"),
        ({"epochs": {"choices": [2, 0]}}, "'epochs' cannot be 0"),
        ({"epochs": {"choices": [2]}}, "'epochs' is no range"),
        ({"epochs": 3}, "'epochs' is no range"),
        ({"epochs": {"low": 1, "high": 2, "step": 1}}, "'epochs' is no range"),
        ({"precision": {"choices": ["fp32", "fp16"]}}, "'precision' cannot be 'fp16'"),
    ],
)
def test_a_space_that_cannot_be_searched_is_refused_by_name(table: dict[str, Any], message: str) -> None:
    with pytest.raises(SpaceError, match=message):
        parsed(table).checked(TaggerConfig())
