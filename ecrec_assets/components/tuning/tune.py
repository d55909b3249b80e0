"""A search from its start to what it found, recorded in MLflow as one run with a nested run a trial."""

import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ecrec_assets.components.sqlite_speed import commits_without_waiting
from ecrec_assets.components.tuning.kept import Kept, keep
from ecrec_assets.components.tuning.news import News
from ecrec_assets.components.tuning.plan import Plan
from ecrec_assets.components.tuning.search import RUN, Search
from ecrec_assets.components.tuning.study import FILE, SearchError, opened
from ecrec_assets.components.tuning.summary import Found, found, history_plot, page
from ecrec_assets.settings import get_settings
from ecrec_assets.track.runs import TrainingRun, training_run
from ecrec_assets.track.tracking import Tracking

if TYPE_CHECKING:
    import polars as pl
    from optuna import Study

SEED = 1


def search(
    plan: Plan,
    *,
    tracking: Tracking,
    seconds: float = math.inf,
    trials: float = math.inf,
    seed: int = SEED,
    schema: Mapping[str, "pl.DataType"] | None = None,
    clock: Callable[[], float] = time.monotonic,
    on_news: Callable[[News], object] = lambda _: None,
) -> Found:
    """Goes on with the study of `plan` until it has `trials` that are over, or for `seconds`, and records it.

    An epoch that has begun is finished: the time ends with the last epoch that fits into it, or after the first one.
    With the same seed and a number of trials, the same study comes out, stopped in between or not. Raises SearchError.
    """
    folder = search_folder(plan.model)
    folder.mkdir(parents=True, exist_ok=True)
    with (
        commits_without_waiting(),
        opened(folder, plan.study, seed=seed) as study,
        training_run(
            tracking,
            plan.model,
            f"search {plan.study.rpartition(' ')[2]}",
            parameters={"searched": plan.space.model_dump(), "seed": seed, "start": dict(plan.settings)},
            inputs={plan.table: plan.version},
            schemas={plan.table: schema} if schema else None,
            tags={"kind": "search", "study": plan.study},
            resume=study.user_attrs.get(RUN),
        ) as run,
    ):
        study.set_user_attr(RUN, run.run_id)
        place = folder / "trials" / plan.study.rpartition(" ")[2]
        try:
            Search(study, plan, run, place, seed=seed, clock=clock, seconds=seconds, on_news=on_news).until(trials)
        finally:
            result = _record(study, plan, run)
    return result


def seen(plan: Plan, *, seed: int = SEED) -> Found:
    """What the study of `plan` holds, without searching."""
    folder = search_folder(plan.model)
    if not (folder / FILE).is_file():
        raise SearchError(f"nothing was searched for {plan.model} yet: ecrec tune {plan.model} --minutes 30")
    with opened(folder, plan.study, seed=seed) as study:
        return found(study, plan)


def apply(result: Found, plan: Plan) -> Path:
    """Keeps the best settings for the next training. Raises SearchError when no trial ran to its end."""
    if result.best is None or result.value is None:
        raise SearchError(
            f"no trial of study '{result.study}' ran to its end, so there is nothing to keep. "
            "A study belongs to its table, its --space and the settings that are not searched. "
            f"Search longer: ecrec tune {plan.model} --minutes 30"
        )
    return keep(
        Kept(
            model=plan.model,
            settings=result.settings,
            study=result.study,
            trial=result.best,
            objective=plan.objective,
            value=result.value,
        )
    )


def search_folder(model: str) -> Path:
    """Where the study and the checkpoints of unfinished trials are kept."""
    return get_settings().models / model / "search"


def _record(study: "Study", plan: Plan, run: TrainingRun) -> Found:
    result = found(study, plan)
    run.table("trials", result.trials)
    run.figure("search", history_plot(result, plan.objective))
    run.describe(page(result, plan))
    run.tags(best_trial="" if result.best is None else str(result.best))
    return result
