"""`ecrec labels`: labels that are probably wrong, and what people decided about them; one file a subcommand."""

import typer

from ecrec_assets.cli.labels.apply import apply
from ecrec_assets.cli.labels.decisions import decisions
from ecrec_assets.cli.labels.suspects import suspects

labels = typer.Typer(name="labels", help="See, review and mend labels that are probably wrong.", no_args_is_help=True)
for command in (suspects, apply, decisions):
    labels.command()(command)


@labels.callback()
def _labels() -> None: ...
