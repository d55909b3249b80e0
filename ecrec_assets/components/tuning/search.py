"""The search itself: trial after trial, until the time or the number of trials is used up.

A trial that cannot win is cut short at the end of an epoch. One that the time does not suffice for is left where it is,
and the next search goes on with it.
"""

import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecrec_assets.components.tuning.news import Kind, News
from ecrec_assets.components.tuning.plan import Plan
from ecrec_assets.components.tuning.study import best, ended, next_trial, start_with
from ecrec_assets.track.run_state import Stopped
from ecrec_assets.track.runs import TrainingRun

if TYPE_CHECKING:
    from optuna import Study, Trial

RUN = "mlflow_run"  # attribute of a trial and of a study
SECONDS = "seconds"  # attribute of a trial: how long it was trained, without the time in which it stood still


class Pruned(Exception):
    """The trial is worse than the median of the others at this share of its epochs."""


class Diverged(ArithmeticError):
    """A figure of the training is not a number."""


class Search:
    """One invocation of a search over a study."""

    def __init__(
        self,
        study: "Study",
        plan: Plan,
        run: TrainingRun,
        folder: Path,
        *,
        seed: int,
        clock: Callable[[], float],
        seconds: float = math.inf,
        on_news: Callable[[News], object],
    ) -> None:
        """`folder` holds the checkpoints of trials; `clock` gives seconds and only their differences count."""
        self.study, self.plan, self.run, self.folder = study, plan, run, folder
        self.seed, self.clock, self.on_news = seed, clock, on_news
        self.deadline, self.epoch_seconds = clock() + seconds, 0.0

    def until(self, trials: float) -> None:
        """Trials until the study has `trials` that are over, or the time is used up."""
        start_with(self.study, self.plan.start)
        try:
            while len(ended(self.study)) < trials and self.has_time():
                self._one(next_trial(self.study, self.seed))
        except Stopped:
            return

    def has_time(self) -> bool:
        """Whether another epoch as long as the last one ends before the deadline."""
        now = self.clock()
        return now < self.deadline and now + self.epoch_seconds <= self.deadline

    def _one(self, trial: "Trial") -> None:
        settings = self.plan.space.suggest(trial)
        resume = trial.user_attrs.get(RUN)
        self._tell("resumed" if resume else "started", trial, settings)
        with self.run.child(self.plan.trial_name(trial.number), settings, resume=resume) as child:
            trial.set_user_attr(RUN, child.run_id)
            child.tags(state="running")
            _Attempt(self, trial, settings, child).go()
        self._compare(trial)

    def _compare(self, trial: "Trial") -> None:
        """The curves of the parent: what each trial reached, and the best so far."""
        leader = best(self.study)
        values = self.study.trials[trial.number].intermediate_values.values()
        figures = {f"trial_{self.plan.objective}": max(values)} if values else {}
        if leader is not None:
            figures[f"best_{self.plan.objective}"] = leader.value
        self.run.epoch(figures, step=trial.number)

    def _tell(
        self,
        kind: Kind,
        trial: "Trial",
        settings: dict[str, Any],
        epoch: int = 0,
        value: float | None = None,
        reason: str = "",
    ) -> None:
        leader = best(self.study)
        epochs = self.plan.epochs(settings)
        self.on_news(News(kind, trial.number, settings, epoch, epochs, value, leader.value if leader else None, reason))


class _Attempt:
    """One trial, from where it stands to its end."""

    def __init__(self, search: Search, trial: "Trial", settings: dict[str, Any], child: TrainingRun) -> None:
        self.search, self.trial, self.settings, self.child = search, trial, settings, child
        self.epochs = search.plan.epochs(settings)
        self.at, self.since = 0, search.clock()

    def go(self) -> None:
        from optuna.trial import TrialState

        place = self.search.folder / str(self.trial.number)
        try:
            history = self.search.plan.train(self.settings, place, self.on_epoch)
            self._end("complete", TrialState.COMPLETE, max(row[self.search.plan.objective] for row in history))
        except Pruned as error:
            self._end("pruned", TrialState.PRUNED, None, reason=str(error))
        except Diverged as error:
            self._end("failed", TrialState.FAIL, None, reason=str(error))
        except (Stopped, KeyboardInterrupt) as error:
            self.child.tags(state="stopped")
            self.search._tell("stopped", self.trial, self.settings, self.at, None, str(error))
            raise
        except Exception as error:
            self._end("failed", TrialState.FAIL, None, reason=f"{type(error).__name__}: {error}")
            raise
        finally:
            if self.search.study.trials[self.trial.number].state.is_finished():
                shutil.rmtree(place, ignore_errors=True)

    def on_epoch(self, metrics: dict[str, float]) -> None:
        """Records an epoch. Raises Pruned, Diverged, or Stopped when the next one would end after the deadline."""
        bad = {name: value for name, value in metrics.items() if not math.isfinite(value)}
        if bad:
            raise Diverged(", ".join(f"{name} is {value}" for name, value in bad.items()))
        self.at = round(metrics["epoch"])
        value = metrics[self.search.plan.objective]
        now = self.search.clock()
        self.search.epoch_seconds, self.since = now - self.since, now
        self.trial.set_user_attr(SECONDS, self.trial.user_attrs.get(SECONDS, 0.0) + self.search.epoch_seconds)
        self.child.epoch(metrics, step=self.at)
        self.trial.report(value, 100 * self.at // self.epochs)
        self.search._tell("epoch", self.trial, self.settings, self.at, value)
        if self.at == self.epochs:
            return
        if self.trial.should_prune():
            raise Pruned(f"worse than the median of the trials at {100 * self.at // self.epochs} % of their epochs")
        if not self.search.has_time():
            raise Stopped(f"the time is used up after epoch {self.at} of {self.epochs}")

    def _end(self, kind: Kind, state: Any, value: float | None, reason: str = "") -> None:
        self.search.study.tell(self.trial, value, state=state)
        self.child.tags(state=kind, **({"reason": reason} if reason else {}))
        reached = self.search.study.trials[self.trial.number].intermediate_values
        highest = value if value is not None else max(reached.values(), default=None)
        self.search._tell(kind, self.trial, self.settings, self.at, highest, reason)
