"""`ecrec`: one command, one file a subcommand."""

import typer

from ecrec_assets.cli.contract import contract
from ecrec_assets.cli.export import export
from ecrec_assets.cli.labels import labels
from ecrec_assets.cli.quarantine import quarantine
from ecrec_assets.cli.recommend import recommend
from ecrec_assets.cli.run import run
from ecrec_assets.cli.shop import shop
from ecrec_assets.cli.status import status
from ecrec_assets.cli.tag import tag
from ecrec_assets.cli.tune import tune
from ecrec_assets.cli.up import up

app = typer.Typer(
    name="ecrec",
    help="Search and recommendation models of a shop, built only from data that passed its contract.",
    epilog="Start with 'ecrec run', then 'ecrec up' and open the address it prints. State: ECREC_HOME (.ecrec).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
for command in (run, up, status, recommend, tag, export, tune):
    app.command()(command)
app.add_typer(contract)
app.add_typer(quarantine)
app.add_typer(labels)
app.add_typer(shop)
