from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.components.tuning.kept import kept, kept_settings
from ecrec_assets.components.tuning.news import News
from ecrec_assets.components.tuning.study import FILE, SearchError, opened
from ecrec_assets.components.tuning.tune import apply, search, search_folder, seen
from ecrec_assets.settings import get_settings
from ecrec_assets.track.tracking import Tracking, connect
from tests.components.tuning.curves import EPOCHS, curve_plan, learn, score

TRIALS = 8


class Clock:
    """Each epoch lasts ten seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def learn(self, settings, folder, on_epoch):
        def later(row):
            self.now += 10
            on_epoch(row)

        return learn(settings, folder, later)


def runs(tracking: Tracking, plan) -> tuple:
    """The run of the study, and its children in order."""
    client = connect(tracking)
    with opened(search_folder(plan.model), plan.study, seed=1) as study:
        parent = client.get_run(study.user_attrs["mlflow_run"])
    nested = f"tags.mlflow.parentRunId = '{parent.info.run_id}'"
    return parent, client.search_runs([parent.info.experiment_id], nested, order_by=["start_time"])


def another_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECREC_HOME", str(folder))
    get_settings.cache_clear()


def test_a_search_finds_better_settings_than_it_began_with_and_cuts_short_what_cannot_win(tracking: Tracking) -> None:
    told: list[News] = []
    result = search(curve_plan(), tracking=tracking, trials=TRIALS, on_news=told.append)
    assert result.trials["trial"].to_list() == list(range(TRIALS))
    assert result.trials["learning_rate"][0] == 1e-4
    assert result.start == pytest.approx(score(1e-4, EPOCHS))
    assert result.value == max(result.trials["validation_score"])
    assert result.value == pytest.approx(score(result.settings["learning_rate"], EPOCHS))
    assert result.gain > 0.1
    pruned = result.trials.filter(state="pruned")
    assert 0 < pruned.height < TRIALS - 3
    assert pruned["epochs_done"].max() < EPOCHS
    assert pruned["trial"].min() >= 3
    epochs = [news.epoch for news in told if news.kind == "epoch" and news.trial == pruned["trial"][0]]
    assert epochs == list(range(1, pruned["epochs_done"][0] + 1))


def test_every_trial_is_a_nested_run_with_its_settings_and_its_curve(tracking: Tracking) -> None:
    plan = curve_plan()
    result = search(plan, tracking=tracking, trials=TRIALS)
    parent, children = runs(tracking, plan)
    assert parent.info.status == "FINISHED"
    assert parent.data.tags["kind"] == "search"
    assert parent.data.tags["best_trial"] == str(result.best)
    assert f"trial {result.best}" in parent.data.tags["mlflow.note.content"]
    assert parent.data.metrics["best_validation_score"] == result.value
    assert [item.dataset.digest for item in parent.inputs.dataset_inputs] == ["datasets/points@3"]
    assert [child.info.run_name for child in children] == [
        "trial 0 (starting point)",
        *(f"trial {n}" for n in range(1, TRIALS)),
    ]
    assert [child.data.tags["state"] for child in children] == result.trials["state"].to_list()
    rates = [float(child.data.params["learning_rate"]) for child in children]
    assert rates == result.trials["learning_rate"].to_list()
    client = connect(tracking)
    for child, done in zip(children, result.trials["epochs_done"], strict=True):
        assert child.info.status == "FINISHED"
        curve = client.get_metric_history(child.info.run_id, "validation_score")
        assert [point.step for point in curve] == list(range(1, done + 1))
    names = {file.path for file in client.list_artifacts(parent.info.run_id, "tables")}
    assert names == {"tables/trials.csv"}
    assert not list((search_folder(plan.model) / "trials").rglob("history.json"))


def test_the_same_seed_tries_the_same_however_often_the_search_is_stopped(
    tracking: Tracking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = search(curve_plan(), tracking=tracking, trials=TRIALS).trials.drop("minutes")
    another_home(tmp_path / "second", monkeypatch)
    for trials in (1, 4, 7, TRIALS):
        parts = search(curve_plan(), tracking=tracking, trials=trials).trials.drop("minutes")
    assert parts.equals(whole)
    another_home(tmp_path / "third", monkeypatch)
    other = search(curve_plan(), tracking=tracking, trials=TRIALS, seed=2).trials
    assert other["learning_rate"][0] == whole["learning_rate"][0]
    assert other["learning_rate"][1] != whole["learning_rate"][1]


def test_a_killed_search_goes_on_in_the_middle_of_the_trial(
    tracking: Tracking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = f"""
import os, signal, pathlib
from ecrec_assets.components.tuning.tune import search
from ecrec_assets.track.tracking import Tracking
from tests.components.tuning.curves import curve_plan
def kill(news):
    if (news.kind, news.trial, news.epoch) == ("epoch", 1, 3):
        os.kill(os.getpid(), signal.SIGKILL)
tracking = Tracking({tracking.uri!r}, pathlib.Path({str(tracking.artifacts)!r}))
search(curve_plan(), tracking=tracking, trials=3, on_news=kill)
"""
    killed = subprocess.run([sys.executable, "-c", code], env={**os.environ, "OMP_NUM_THREADS": "1"}, check=False)
    assert killed.returncode == -signal.SIGKILL
    before = [child.info.run_id for child in runs(tracking, curve_plan())[1]]
    told: list[News] = []
    result = search(curve_plan(), tracking=tracking, trials=3, on_news=told.append)
    assert [(news.kind, news.trial) for news in told[:1]] == [("resumed", 1)]
    assert [news.epoch for news in told if news.kind == "epoch" and news.trial == 1] == [4, 5]
    parent, children = runs(tracking, curve_plan())
    assert [child.info.run_id for child in children][:2] == before
    assert {run.info.status for run in (parent, *children)} == {"FINISHED"}
    curve = connect(tracking).get_metric_history(before[1], "validation_score")
    assert [point.step for point in curve] == [1, 2, 3, 4, 5]
    another_home(tmp_path / "unbroken", monkeypatch)
    whole = search(curve_plan(), tracking=tracking, trials=3)
    assert result.trials.drop("minutes").equals(whole.trials.drop("minutes"))


@pytest.mark.parametrize(("seconds", "epochs"), [(1, 1), (35, 3), (50, 5), (55, 5), (79, 7)])
def test_the_time_ends_with_the_last_epoch_that_fits_and_the_next_search_goes_on(
    tracking: Tracking, seconds: float, epochs: int
) -> None:
    clock = Clock()
    plan = curve_plan(train=clock.learn)
    first = search(plan, tracking=tracking, seconds=seconds, clock=clock)
    assert clock.now == 10 * epochs
    assert first.trials["epochs_done"].sum() == epochs
    told: list[News] = []
    again = search(plan, tracking=tracking, trials=2, clock=clock, on_news=told.append)
    assert [news.epoch for news in told if news.kind == "epoch"] == [n % EPOCHS + 1 for n in range(epochs, 2 * EPOCHS)]
    assert again.trials["state"].to_list() == ["complete", "complete"]
    assert {child.info.status for child in runs(tracking, plan)[1]} == {"FINISHED"}


def test_a_trial_that_the_time_did_not_suffice_for_is_shown_as_stopped(tracking: Tracking) -> None:
    clock = Clock()
    plan = curve_plan(train=clock.learn)
    search(plan, tracking=tracking, seconds=70, clock=clock)
    assert seen(plan).trials["state"].to_list() == ["complete", "stopped"]
    child = runs(tracking, plan)[1][1]
    assert (child.info.status, child.data.tags["state"]) == ("KILLED", "stopped")


def test_ctrl_c_keeps_what_was_done(tracking: Tracking) -> None:
    def interrupt(news: News) -> None:
        if (news.trial, news.epoch, news.kind) == (1, 2, "epoch"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search(curve_plan(), tracking=tracking, trials=3, on_news=interrupt)
    parent, children = runs(tracking, curve_plan())
    assert [run.info.status for run in (parent, *children)] == ["KILLED", "FINISHED", "KILLED"]
    assert search(curve_plan(), tracking=tracking, trials=2).trials["state"].to_list() == ["complete", "complete"]


def test_a_training_that_diverges_is_a_failed_trial_and_the_search_goes_on(tracking: Tracking) -> None:
    def diverges(settings, folder, on_epoch):
        if settings["learning_rate"] != 1e-4:
            on_epoch({"epoch": 1.0, "train_loss": float("nan"), "validation_score": 0.0})
        return learn(settings, folder, on_epoch)

    plan = curve_plan(train=diverges)
    result = search(plan, tracking=tracking, trials=3)
    assert result.trials["state"].to_list() == ["complete", "failed", "failed"]
    assert result.best == 0
    assert runs(tracking, plan)[1][1].data.tags["reason"] == "train_loss is nan"


def test_an_error_of_the_training_ends_the_search_and_the_next_one_leaves_that_trial(tracking: Tracking) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("no room on the disk")

    with pytest.raises(RuntimeError, match="no room"):
        search(curve_plan(train=breaks), tracking=tracking, trials=2)
    child = runs(tracking, curve_plan())[1][0]
    assert (child.info.status, child.data.tags["reason"]) == ("FAILED", "RuntimeError: no room on the disk")
    assert search(curve_plan(), tracking=tracking, trials=2).trials["state"].to_list() == ["failed", "complete"]


@pytest.mark.parametrize(
    "change", [{"version": 4}, {"settings": {"learning_rate": 1e-4, "epochs": EPOCHS, "dropout": 0.3}}]
)
def test_other_data_or_other_settings_begin_another_study(tracking: Tracking, change: dict) -> None:
    search(curve_plan(), tracking=tracking, trials=2)
    assert seen(curve_plan(**change)).trials.is_empty()
    moved = {"learning_rate": 2e-4, "epochs": EPOCHS}  # what is searched may start elsewhere
    assert seen(curve_plan(settings=moved, start={"learning_rate": 2e-4})).trials.height == 2


def test_the_best_settings_are_kept_for_the_next_training_when_asked(tracking: Tracking) -> None:
    plan = curve_plan()
    with pytest.raises(SearchError, match="nothing was searched"):
        seen(plan)
    assert kept_settings("curve") == {}
    result = search(plan, tracking=tracking, trials=4)
    assert kept_settings("curve") == {}
    file = apply(result, plan)
    assert kept_settings("curve") == {"learning_rate": result.settings["learning_rate"]}
    found = kept("curve")
    assert (found.study, found.trial, found.value) == (plan.study, result.best, result.value)
    assert file == get_settings().models / "curve" / "settings.json"


def test_nothing_is_kept_when_no_trial_ran_to_its_end(tracking: Tracking) -> None:
    clock = Clock()
    plan = curve_plan(train=clock.learn)
    result = search(plan, tracking=tracking, seconds=10, clock=clock)
    with pytest.raises(SearchError, match=r"no trial of study .* ran to its end"):
        apply(result, plan)
    assert kept("curve") is None


def test_two_searches_at_once_are_refused(tracking: Tracking) -> None:
    plan = curve_plan()
    search(plan, tracking=tracking, trials=1)
    with opened(search_folder("curve"), plan.study, seed=1), pytest.raises(SearchError, match="another search uses"):
        search(plan, tracking=tracking, trials=2)


def test_a_file_that_is_no_study_is_a_clear_error(tracking: Tracking) -> None:
    search_folder("curve").mkdir(parents=True)
    (search_folder("curve") / FILE).write_bytes(b"SQLite format 3\x00 and then nothing of the kind" * 50)
    with pytest.raises(SearchError, match=r"study\.db cannot be read as a study .* Move it away"):
        search(curve_plan(), tracking=tracking, trials=1)


def test_the_table_of_trials_can_be_read_by_others(tracking: Tracking) -> None:
    result = search(curve_plan(), tracking=tracking, trials=2)
    assert dict(result.trials.schema) == {
        "trial": pl.Int64,
        "state": pl.String,
        "validation_score": pl.Float64,
        "epochs_done": pl.Int64,
        "minutes": pl.Float64,
        "learning_rate": pl.Float64,
    }
