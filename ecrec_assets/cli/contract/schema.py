"""`ecrec contract schema`: the JSON schema of contract files, for editors."""

from pathlib import Path
from typing import Annotated

import typer


def schema(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write it there instead of printing it.")
    ] = None,
) -> None:
    """Print the JSON schema that lets an editor complete and check contract files.

    Put '# yaml-language-server: $schema=contract.schema.json' (a path from the file) on the first line of a contract.
    """
    from ecrec_assets.contracts.schema import text

    if output is None:
        typer.echo(text(), nl=False)
        return
    output.write_text(text(), encoding="utf-8")
    typer.echo(f"{output}: name it in a contract's first line: # yaml-language-server: $schema={output.name}", err=True)
