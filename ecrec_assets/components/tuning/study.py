"""The study of a search: a SQLite file that optuna reads and writes, so that a search goes on after it was stopped."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecrec_assets.lake.locks import Hold

if TYPE_CHECKING:
    from optuna import Study, Trial
    from optuna.storages import RDBStorage

FILE, LOCK = "study.db", "study.lock"
RANDOM_TRIALS = 5  # before the sampler learns from what it has seen
COMPARED = 3  # trials that end before another can be cut short
WARM_UP = 20  # per cent of a trial's own epochs before it can be cut short


class SearchError(ValueError):
    """A search that cannot start or go on; the message gives the way out."""


@contextmanager
def opened(folder: Path, name: str, *, seed: int) -> Iterator["Study"]:
    """The study `name` in `folder`/study.db, made where there is none; nobody else can search there meanwhile.

    Raises SearchError when another process searches there, or the file is no study.
    """
    try:
        hold = Hold(folder / LOCK, wait=False)
    except BlockingIOError:
        raise SearchError(f"another search uses {folder} at this moment. Wait for it, or stop it.") from None
    import optuna

    level = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            storage, study = _read(folder / FILE, name, seed)
            try:
                yield study
            finally:
                storage.remove_session()
                storage.engine.dispose()
    finally:
        optuna.logging.set_verbosity(level)
        hold.release()


def next_trial(study: "Study", seed: int) -> "Trial":
    """The trial that was stopped before its end, else a new one.

    What a new one tries depends on the seed, its number and the trials before it, not on how often the search was
    stopped in between.
    """
    from optuna.trial import Trial, TrialState

    stopped = study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
    study.sampler = _sampler(seed, stopped[0].number if stopped else len(ended(study)))
    return Trial(study, stopped[0]._trial_id) if stopped else study.ask()


def start_with(study: "Study", settings: Mapping[str, Any]) -> None:
    """The first trial of a new study tries these."""
    if not study.get_trials(deepcopy=False):
        study.enqueue_trial(dict(settings))


def ended(study: "Study") -> list[Any]:
    """Trials that ran to their end, were cut short or failed; in order of number."""
    return [trial for trial in study.get_trials(deepcopy=False) if trial.state.is_finished()]


def best(study: "Study") -> Any | None:
    """The trial with the highest value among those that ran to their end, the first of equals; None without any."""
    complete = [trial for trial in ended(study) if trial.state.name == "COMPLETE"]
    return max(complete, key=lambda trial: (trial.value, -trial.number), default=None)


def _read(file: Path, name: str, seed: int) -> tuple["RDBStorage", "Study"]:
    import optuna
    from sqlalchemy.exc import SQLAlchemyError

    try:
        storage = optuna.storages.RDBStorage(f"sqlite:///{file}")
        study = optuna.create_study(
            storage=storage,
            study_name=name,
            direction="maximize",
            load_if_exists=True,
            sampler=_sampler(seed, 0),
            pruner=optuna.pruners.MedianPruner(n_startup_trials=COMPARED, n_warmup_steps=WARM_UP),
        )
    except (SQLAlchemyError, RuntimeError, optuna.exceptions.OptunaError) as error:
        cause = str(error).splitlines()[0]
        raise SearchError(f"{file} cannot be read as a study ({cause}). Move it away to start a new search.") from error
    return storage, study


def _sampler(seed: int, number: int) -> Any:
    """Tree-structured Parzen estimators (Bergstra et al. 2011) over all settings together."""
    from optuna.samplers import TPESampler

    return TPESampler(seed=seed * 100_000 + number, n_startup_trials=RANDOM_TRIALS, multivariate=True)
