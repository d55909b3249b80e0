"""`ecrec up`: Dagster, MLflow and the reports in one command, stopped together."""

from typing import Annotated

import typer
from rich.console import Console

from ecrec_assets.settings import get_settings


def up(
    port: Annotated[int | None, typer.Option(help="Port of the Dagster UI; MLflow and reports keep theirs.")] = None,
) -> None:
    """Serve the Dagster UI with its daemon, MLflow and the reports on this machine only. Ctrl-C stops all of them."""
    from ecrec_assets.components.challenger import tracking
    from ecrec_assets.components.instance import prepare_instance
    from ecrec_assets.serve.services import PortTaken, services_of, together
    from ecrec_assets.track.tracking import connect

    settings = get_settings()
    prepare_instance(settings.root)
    console = Console()
    connect(tracking())  # makes the store before two processes try to at once
    services = services_of(settings, port or settings.dagster_port)
    try:
        with together(services, settings, log=settings.root / "logs") as running:
            for service in running.services:
                console.print(f"  {service.name:<8} {service.url or 'no page; runs schedules and sensors'}")
            console.print(f"Logs are in {settings.root / 'logs'}. Ctrl-C stops everything.")
            stopped = running.wait()
    except PortTaken as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error
    if stopped:
        console.print(f"[red]{stopped} ended by itself; see {settings.root / 'logs' / stopped}.log[/red]")
        raise typer.Exit(1)
    console.print("stopped")
