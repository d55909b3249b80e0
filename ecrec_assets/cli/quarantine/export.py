"""`ecrec quarantine export`: the rows as a file to mend them in."""

from pathlib import Path
from typing import Annotated

import typer

from ecrec_assets.cli.quarantine.privacy import hidden_columns
from ecrec_assets.cli.quarantine.scope import contract_of, require_rule, say, the_lake, told


def export(
    table: Annotated[str, typer.Argument(help="A table, such as raw/transactions.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="A .csv for a spreadsheet, or a .parquet.")],
    rule: Annotated[str | None, typer.Option(help="Only rows that failed this rule.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file when it is there.")] = False,
) -> None:
    """Write rows in quarantine to a file, to be mended and given to `ecrec quarantine replay TABLE --from FILE`.

    In the CSV an empty cell is a missing value, and a leading apostrophe marks text that a spreadsheet would change.
    Write `drop` under `_decision` to drop a row; delete the line of a row to leave it as it is.
    """
    from ecrec_assets.cli.quarantine.mend_file import as_file
    from ecrec_assets.lake.identical import values_of

    with told():
        if output.suffix.lower() not in (".csv", ".parquet"):
            raise ValueError(f"{output}: give a name that ends in .csv or .parquet")
        if output.exists() and not force:
            raise ValueError(f"{output} is there already; mends in it would be lost. Another name, or --force")
        contract = contract_of(table)
        kept = require_rule(the_lake().kept_out(contract.key), rule, contract)
        if not output.parent.is_dir():
            raise ValueError(f"{output}: there is no folder {output.parent}")
        as_file(kept, output)
    say(f"{kept.height:,} rows of {contract.key} written to {output}")
    if personal := hidden_columns(contract, values_of(kept.columns)):
        say(
            f"It holds values that are not public ({', '.join(personal)}): delete it when the rows are mended.",
            "yellow",
        )
    say(f"Mend it, then: ecrec quarantine replay {contract.key} --from {output} --dry-run", "dim")
