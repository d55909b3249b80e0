"""What a study found, as a table, as a picture and in words."""

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from ecrec_assets.components.tuning.plan import Plan
from ecrec_assets.components.tuning.search import SECONDS
from ecrec_assets.components.tuning.study import best

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from optuna import Study

STATES = {"COMPLETE": "complete", "PRUNED": "pruned", "FAIL": "failed", "RUNNING": "stopped"}


class Found(NamedTuple):
    """`best` is the number of the best trial, `value` its objective and `settings` what it tried; `start` is the
    objective of the settings from which the search began, None when they were not tried to their end.
    """

    study: str
    trials: pl.DataFrame
    best: int | None
    value: float | None
    settings: dict[str, Any]
    start: float | None

    @property
    def gain(self) -> float | None:
        """The best above the starting point, in units of the objective."""
        return None if self.value is None or self.start is None else self.value - self.start


def found(study: "Study", plan: Plan) -> Found:
    """Reads the study."""
    trials, leader = trial_table(study, plan), best(study)
    first = trials.filter(pl.col("trial") == 0, pl.col("state") == "complete")
    return Found(
        study=study.study_name,
        trials=trials,
        best=None if leader is None else leader.number,
        value=None if leader is None else leader.value,
        settings={} if leader is None else dict(leader.params),
        start=first[plan.objective][0] if first.height and plan.has_start else None,
    )


def trial_table(study: "Study", plan: Plan) -> pl.DataFrame:
    """trial, state, the objective (highest so far), epochs done, minutes, then every setting that was searched."""
    names = list(plan.space.model_dump())
    rows = [_row(trial, plan) for trial in study.get_trials(deepcopy=False) if trial.state.name in STATES]
    first = {
        "trial": pl.Int64,
        "state": pl.String,
        plan.objective: pl.Float64,
        "epochs_done": pl.Int64,
        "minutes": pl.Float64,
    }
    columns = {name: pl.Series([row["params"].get(name) for row in rows], strict=False) for name in names}
    start = pl.DataFrame([[row[name] for name in first] for row in rows], schema=first, orient="row")
    return start.with_columns(**columns)


def _row(trial: Any, plan: Plan) -> dict[str, Any]:
    values = trial.intermediate_values
    epochs = plan.epochs(trial.params)
    return {
        "trial": trial.number,
        "state": STATES[trial.state.name],
        plan.objective: trial.value if trial.state.name == "COMPLETE" else max(values.values(), default=None),
        "epochs_done": -(-max(values, default=0) * epochs // 100),
        "minutes": trial.user_attrs.get(SECONDS, 0.0) / 60,
        "params": trial.params,
    }


def page(result: Found, plan: Plan) -> str:
    """Markdown for the top of the search's page in MLflow."""
    counts = result.trials.group_by("state").len().sort("state")
    states = ", ".join(f"{count} {state}" for state, count in counts.iter_rows()) or "none"
    lines = [
        f"Settings of `{plan.model}`, searched on `{plan.table}` version {plan.version}. Each nested run is one trial; "
        f"they are compared by `{plan.objective}`. Test data was not read.",
        "",
        f"Trials: {states}.",
    ]
    if result.value is not None:
        lines += [
            "",
            f"Best: trial {result.best}, `{plan.objective}` {result.value:.4f}{against(result)}.",
            caution(result, plan),
            "",
        ]
        lines += [f"- `{name}`: {value}" for name, value in result.settings.items()]
        lines += ["", f"`ecrec tune {plan.model} --apply` keeps them for the next training."]
    return "\n".join(lines)


def against(result: Found) -> str:
    """How the best compares with the starting point, in points."""
    if result.gain is None:
        return ""
    return f" ({100 * result.gain:+.1f} points against the starting point)"


def caution(result: Found, plan: Plan) -> str:
    """How much of a difference is chance; empty where it is not known.

    The standard error of a share over `support` things; an F1 measured on them swings about as much.
    """
    if result.value is None or not plan.support:
        return ""
    points = 100 * math.sqrt(result.value * (1 - result.value) / plan.support)
    return (
        f"One standard error of it on {plan.support:,} validation spans is about {points:.1f} points; "
        "what gains less than twice that may be chance, so train it with other seeds as well."
    )


def history_plot(result: Found, objective: str) -> "Figure":
    """Each trial a point by how it ended, and the best so far as a line."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    looks = {
        "complete": ("o", "tab:blue"),
        "pruned": ("x", "tab:gray"),
        "failed": ("v", "tab:red"),
        "stopped": ("s", "tab:orange"),
    }
    rated = result.trials.filter(pl.col(objective).is_not_null())
    for state, (marker, colour) in looks.items():
        part = rated.filter(state=state)
        if part.height:
            axes.scatter(part["trial"], part[objective], marker=marker, color=colour, label=state)
    complete = rated.filter(state="complete")
    if complete.height:
        axes.step(
            complete["trial"], complete[objective].cum_max(), where="post", color="tab:green", label="best so far"
        )
    axes.set(xlabel="trial", ylabel=objective.replace("_", " "))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if rated.height:
        axes.legend()
    return figure
