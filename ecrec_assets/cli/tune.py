"""`ecrec tune`: searches better settings for a model, within a budget, and keeps them for the next training."""

import math
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from ecrec_assets.components.tuning.plan import Plan
    from ecrec_assets.components.tuning.summary import Found

BEST_SHOWN = 5


def tune(
    model: Annotated[str, typer.Argument(help="What is tuned: query_tagger.")],
    minutes: Annotated[float | None, typer.Option(help="Search for this long; a search that stopped goes on.")] = None,
    trials: Annotated[int | None, typer.Option(help="Search until the study has this many trials.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of what is tried.")] = 1,
    space: Annotated[Path | None, typer.Option(help="YAML of what may be changed, instead of the built-in.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Keep the best settings for the next training.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Forget the kept settings.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Search the settings of a model by its validation data; without --minutes and --trials show what was found.

    Test data is never read. A search goes on where it was stopped, also in the middle of a trial. Kept settings take
    effect in the next 'ecrec run', and the model serves only when it passes its contract, like any other.
    Exit code 0: done. 2: something asked for is wrong. 130: stopped with Ctrl-C; what was done is kept.
    """
    console = Console(stderr=True)
    try:
        if undo:
            _forget(model, console)
            return
        plan = _plan(model, space)
        result = _searched(plan, minutes, trials, seed, console)
        _show(result, plan, as_json)
        if apply:
            _apply(result, plan, console)
    except _mistakes() as error:
        console.print(Text(str(error), "red"), soft_wrap=True)
        sys.exit(2)
    except KeyboardInterrupt:
        console.print("Stopped. What was done is kept; the same command goes on from there.")
        sys.exit(130)


def _mistakes() -> tuple[type[Exception], ...]:
    from ecrec_assets.components.tuning.kept import KeptSettingsError
    from ecrec_assets.components.tuning.study import SearchError
    from ecrec_assets.contracts.odcs import ContractFileError
    from ecrec_assets.lake.errors import NotPublished
    from ecrec_assets.models.tagger.search_space import SpaceError
    from ecrec_assets.shop.errors import ShopFileError

    return SearchError, SpaceError, KeptSettingsError, NotPublished, ContractFileError, ShopFileError


def _plan(model: str, space: Path | None) -> "Plan":
    from ecrec_assets.components.tuning.tunable import plan_of

    return plan_of(model, space)


def _searched(plan: "Plan", minutes: float | None, trials: int | None, seed: int, console: Console) -> "Found":
    from ecrec_assets.cli.tune_progress import TuneProgress
    from ecrec_assets.components.challenger import tracking
    from ecrec_assets.components.tuning.study import SearchError
    from ecrec_assets.components.tuning.tune import search, seen

    if minutes is None and trials is None:
        return seen(plan, seed=seed)
    for name, value in (("--minutes", minutes), ("--trials", trials)):
        if value is not None and not value > 0:
            raise SearchError(f"{name} is {value}; it must be more than 0")
    seconds = math.inf if minutes is None else minutes * 60
    with TuneProgress(console, None if math.isinf(seconds) else seconds) as progress:
        return search(
            plan,
            tracking=tracking(),
            seconds=seconds,
            trials=math.inf if trials is None else trials,
            seed=seed,
            clock=time.monotonic,
            on_news=progress.news,
        )


def _show(result: "Found", plan: "Plan", as_json: bool) -> None:
    if as_json:
        import json

        best = (
            None if result.best is None else {"trial": result.best, "value": result.value, "settings": result.settings}
        )
        plain: dict[str, Any] = {
            "study": result.study,
            "objective": plan.objective,
            "start": result.start,
            "best": best,
        }
        sys.stdout.write(json.dumps({**plain, "trials": result.trials.to_dicts()}, indent=2) + "\n")
        return
    console = Console()
    console.print(_table(result, plan))
    if result.best is None:
        console.print("No trial has run to its end yet; search longer.")
        return
    from ecrec_assets.components.tuning.summary import against, caution

    console.print(f"Best: {plan.trial_name(result.best)}, {plan.objective} {result.value:.4f}{against(result)}.")
    console.print(caution(result, plan))


def _table(result: "Found", plan: "Plan") -> Table:
    settings = list(plan.space.model_dump())
    count = result.trials.height
    table = Table("trial", "", plan.objective, "epochs", *settings, box=None, header_style="bold")
    table.title = f"{min(BEST_SHOWN, count)} best of {count} trials"
    ranked = result.trials.sort(plan.objective, "trial", descending=[True, False], nulls_last=True)
    for row in ranked.head(BEST_SHOWN).iter_rows(named=True):
        value = "" if row[plan.objective] is None else f"{row[plan.objective]:.4f}"
        cells = [f"{row[name]:.3g}" if isinstance(row[name], float) else str(row[name]) for name in settings]
        table.add_row(str(row["trial"]), row["state"], value, str(row["epochs_done"]), *cells)
    return table


def _apply(result: "Found", plan: "Plan", console: Console) -> None:
    from ecrec_assets.components.tuning.tune import apply

    file = apply(result, plan)
    console.print(f"Kept in {file}.", soft_wrap=True)
    console.print(f"The next 'ecrec run' trains with them; 'ecrec tune {plan.model} --undo' goes back.", soft_wrap=True)


def _forget(model: str, console: Console) -> None:
    from ecrec_assets.components.tuning.kept import forget
    from ecrec_assets.components.tuning.tunable import require_known

    require_known(model)
    there = forget(model)
    console.print(f"{'Forgotten' if there else 'Nothing was kept'}; {model} is trained with its defaults.")
