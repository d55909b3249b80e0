"""`ecrec shop`: what follows from an `ecrec.yaml`, one file a subcommand."""

import typer

from ecrec_assets.cli.shop.check import check
from ecrec_assets.cli.shop.draft import draft

shop = typer.Typer(name="shop", help="Your own shop, described in ecrec.yaml.", no_args_is_help=True)
shop.command()(check)
shop.command()(draft)


@shop.callback()
def _shop() -> None: ...
