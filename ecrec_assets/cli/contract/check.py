"""`ecrec contract check`: what the gate would say of a table."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from ecrec_assets.settings import get_settings

if TYPE_CHECKING:
    from ecrec_assets.contracts.model import Contract
    from ecrec_assets.verdict import Audit


WIDTH = 160  # where there is no terminal to ask


def check(
    table: Annotated[
        str, typer.Argument(help="File, pattern, folder, SQL address (url#table) or key of a published table.")
    ],
    contract: Annotated[str, typer.Option("--contract", "-c", help="Key such as raw/products, or path of the file.")],
    reference: Annotated[
        list[str] | None, typer.Option(help="table=location, instead of the published table. May be given again.")
    ] = None,
    quarantine: Annotated[
        Path | None, typer.Option(help="Write failing rows with their rules here (.csv or .parquet).")
    ] = None,
    clean: Annotated[Path | None, typer.Option(help="Write the rows that would be published here.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Rules that only warn fail the check too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The whole verdict, for scripts.")] = False,
) -> None:
    """Check a table against a contract and say what the gate would do with it. Nothing is published.

    Exit code 0: it would be published. 1: it would not. 2: the table or the contract cannot be read.
    """
    from ecrec_assets.cli.contract.tables import WrongReference, opened, references
    from ecrec_assets.cli.contract.written import WrongFile, require_writable, write
    from ecrec_assets.collect.errors import CollectError
    from ecrec_assets.contracts.odcs import ContractFileError, find_contract

    with ExitStack() as stack:
        try:
            for path in (quarantine, clean):
                require_writable(path)
            rules_of = find_contract(contract, get_settings().expectations)
            frame = stack.enter_context(opened(table, rules_of.schema))
            others = references(_tables_of(rules_of), reference or ())
        except (ContractFileError, CollectError, WrongReference, WrongFile) as error:
            Console(stderr=True).print(f"[red]{escape(str(error))}[/red]")
            raise typer.Exit(2) from error
        from ecrec_assets.contracts.gate import audit

        found = audit(frame, rules_of, references=others, now=datetime.now(UTC))
        if quarantine:
            write(found.split.quarantined, quarantine)
        if clean:
            write(found.split.clean, clean)
    _show(found, rules_of, as_json=as_json)
    fine = found.verdict.passed and not (strict and any(not rule.passed for rule in found.verdict.rules))
    raise typer.Exit(0 if fine else 1)


def _tables_of(contract: Contract) -> tuple[str, ...]:
    return tuple(sorted({str(rule.kwargs["reference"]) for rule in contract.rules if "reference" in rule.kwargs}))


def _show(found: Audit, contract: Contract, *, as_json: bool) -> None:
    from ecrec_assets.cli.contract.verdict_table import outcome, verdict_table

    if as_json:
        sys.stdout.write(found.verdict.to_json() + "\n")
        return
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    console.print(verdict_table(found.verdict, contract))
    console.print(outcome(found.verdict))
