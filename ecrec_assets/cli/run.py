"""`ecrec run`: the main job in this process, with progress and an exit code for scripts."""

import sys
import time
from typing import Annotated

import typer
from rich.console import Console

from ecrec_assets.settings import get_settings


def run(
    select: Annotated[
        str, typer.Option(help="Dagster asset selection, such as 'group:datasets' or '+datasets/products'.")
    ] = "*",
    force: Annotated[bool, typer.Option("--force", help="Compute again even what has not changed.")] = False,
) -> None:
    """Collect, gate, prepare, train, evaluate and publish. What has not changed is not computed again.

    Exit code 0: everything is published. 1: something was rejected or failed; the last good version
    stays readable. 2: a contract or the selection is wrong.
    """
    from ecrec_assets.cli.progress import Progress
    from ecrec_assets.components.instance import prepare_instance
    from ecrec_assets.components.main_job import NothingSelected, execute
    from ecrec_assets.components.sqlite_speed import commits_without_waiting
    from ecrec_assets.contracts.odcs import ContractFileError
    from ecrec_assets.definitions import loaded

    settings = get_settings()
    prepare_instance(settings.root)
    console = Console(stderr=True)
    started = time.monotonic()
    try:
        with commits_without_waiting(), Progress(console) as progress:
            report = execute(loaded(), select, force=force, on_plan=progress.plan, on_news=progress.news)
    except (ContractFileError, NothingSelected) as error:
        console.print(f"[red]{error}[/red]")
        sys.exit(2)
    progress.summary(report, time.monotonic() - started)
    if not report.success:
        sys.exit(1)
