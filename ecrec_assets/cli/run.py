"""`ecrec run`: the main job in this process, with progress and an exit code for scripts."""

import sys
import time
import warnings
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from ecrec_assets.settings import get_settings


def run(
    select: Annotated[
        str, typer.Option(help="Dagster asset selection, such as 'group:datasets' or '+datasets/products'.")
    ] = "*",
    force: Annotated[bool, typer.Option("--force", help="Compute again even what has not changed.")] = False,
    periods: Annotated[
        str | None,
        typer.Option(help="Of a shop's partitioned sources: '2011-12-08', or '2011-12-01..2011-12-08'."),
    ] = None,
) -> None:
    """Collect, gate, prepare, train, evaluate and publish. What has not changed is not computed again.

    Where ECREC_SHOP or ./ecrec.yaml describes a shop, that shop; else The Complete Journey.
    Exit code 0: everything is published. 1: something was rejected or failed; the last good version
    stays readable. 2: a contract, the shop's file or the selection is wrong.
    """
    import dagster as dg

    from ecrec_assets.cli.progress import Progress
    from ecrec_assets.components.catalogue import current_shop
    from ecrec_assets.components.instance import prepare_instance
    from ecrec_assets.components.main_job import PHASES, NothingSelected, execute
    from ecrec_assets.components.shop_jobs import WrongPeriods, asked_periods, phases
    from ecrec_assets.components.sqlite_speed import commits_without_waiting
    from ecrec_assets.contracts.odcs import ContractFileError
    from ecrec_assets.definitions import loaded
    from ecrec_assets.shop.errors import ShopFileError

    warnings.filterwarnings("ignore", category=dg.BetaWarning)  # ours to know; the exact version is pinned
    settings = get_settings()
    prepare_instance(settings.root)
    console = Console(stderr=True)
    started = time.monotonic()
    try:
        with commits_without_waiting(), Progress(console) as progress:
            shop = current_shop()
            steps = phases(shop, force=force, only=asked_periods(shop, periods)) if shop else PHASES
            report = execute(loaded(), select, force=force, on_plan=progress.plan, on_news=progress.news, phases=steps)
    except (ContractFileError, ShopFileError, NothingSelected, WrongPeriods) as error:
        console.print(Text(str(error), "red"), soft_wrap=True)
        sys.exit(2)
    progress.summary(report, time.monotonic() - started)
    if not report.success:
        sys.exit(1)
