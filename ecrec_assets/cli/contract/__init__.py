"""`ecrec contract`: what an author of contracts does, one file a subcommand."""

import typer

from ecrec_assets.cli.contract.check import check
from ecrec_assets.cli.contract.diff import diff
from ecrec_assets.cli.contract.docs import docs
from ecrec_assets.cli.contract.draft import draft
from ecrec_assets.cli.contract.lint import lint
from ecrec_assets.cli.contract.schema import schema
from ecrec_assets.cli.contract.test import test

contract = typer.Typer(name="contract", help="Write, check and prove contracts.", no_args_is_help=True)


@contract.callback()
def _contract() -> None: ...


contract.command("test")(test)
contract.command()(check)
contract.command()(draft)
contract.command()(diff)
contract.command()(lint)
contract.command()(schema)
contract.command()(docs)
