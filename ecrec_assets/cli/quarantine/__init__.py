"""`ecrec quarantine`: the rows that were kept out, one file a subcommand."""

import typer

from ecrec_assets.cli.quarantine.export import export
from ecrec_assets.cli.quarantine.list import list_tables
from ecrec_assets.cli.quarantine.mends import mends
from ecrec_assets.cli.quarantine.replay import replay
from ecrec_assets.cli.quarantine.show import show

quarantine = typer.Typer(
    name="quarantine", help="See, mend and replay the rows that were kept out.", no_args_is_help=True
)
quarantine.command("list")(list_tables)
for command in (show, export, replay, mends):
    quarantine.command()(command)


@quarantine.callback()
def _quarantine() -> None: ...
