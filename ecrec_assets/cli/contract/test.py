"""`ecrec contract test`: plants a defect for every rule and shows that just that rule catches it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ecrec_assets.settings import get_settings

if TYPE_CHECKING:
    import polars as pl

    from ecrec_assets.contracts.model import Contract
    from ecrec_assets.contracts.proof.result import Proof, RuleProof

MARKS = {"alone": "[green]✓[/green]", "with others": "[yellow]≈[/yellow]", "never": "[red]✗[/red]", "not checked": "–"}


class Base(NamedTuple):
    """The rows defects are planted in, and what they refer to."""

    described: str
    rows: pl.LazyFrame
    references: dict[str, pl.LazyFrame]
    now: datetime


def test(
    contract: Annotated[str, typer.Argument(help="Key such as raw/products, or the path of a contract file.")],
    data: Annotated[
        str | None,
        typer.Option(help="Rows that keep the contract: file, folder or SQL address. Default: the published version."),
    ] = None,
    example: Annotated[bool, typer.Option("--example", help="Make example rows from the contract instead.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Redundant rules fail the test too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Prove a contract: for each rule plant a row or a batch that breaks it, and show that just that rule catches it.

    Exit code 0: every rule can fail. 1: a rule cannot, or (--strict) others make it redundant. 2: no contract, no rows.
    """
    from ecrec_assets.collect.errors import CollectError
    from ecrec_assets.contracts.odcs import ContractFileError, find_contract
    from ecrec_assets.contracts.proof.prove import prove

    messages = Console(stderr=True)
    try:
        asked = find_contract(contract, get_settings().expectations)
        base = _base(asked, data, example=example)
    except (ContractFileError, CollectError) as error:
        messages.print(f"[red]{escape(str(error))}[/red]")
        raise typer.Exit(2) from error
    with _progress(messages) as progress:
        task = progress.add_task(asked.key, total=len(asked.rules))
        proof = prove(
            asked,
            base.rows,
            references=base.references,
            now=base.now,
            described=base.described,
            on_rule=lambda _: progress.advance(task),
        )
    if as_json:
        sys.stdout.write(proof.to_json() + "\n")
    else:
        _show(proof)
    if proof.unproven or (strict and proof.redundant):
        raise typer.Exit(1)


def _base(contract: Contract, data: str | None, *, example: bool) -> Base:
    """The rows asked for; without a published version, example rows."""
    from ecrec_assets.lake.store import Lake

    lake = Lake(get_settings().lake)
    references = _references(contract)
    published = {name: lake.read(name) for name in references if lake.current(name)}
    if data is not None:
        from ecrec_assets.collect.location import scan

        return Base(data, scan(data), published, datetime.now(UTC))
    current = lake.current(contract.key)
    if current is None or example:
        return _example(contract)
    now = lake.verdict(contract.key).created_at
    return Base(f"published version {current.number}", lake.read(contract.key), published, now)


def _example(contract: Contract) -> Base:
    from ecrec_assets.contracts.odcs import ContractFileError
    from ecrec_assets.contracts.proof.example import example

    now = datetime.now(UTC)
    made = example(contract, now)
    if made.rows.is_empty():
        raise ContractFileError(
            f"{contract.key}: no example rows could be made that keep every rule; give rows that do with --data"
        )
    return Base("example rows made from the contract", made.rows.lazy(), made.references, now)


def _references(contract: Contract) -> list[str]:
    return sorted({rule.kwargs["reference"] for rule in contract.rules if "reference" in rule.kwargs})


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _show(proof: Proof) -> None:
    console = Console()
    table = Table("", "rule", "planted", "also caught by", "beyond the limit", box=None, header_style="bold")
    for rule in proof.rules:
        table.add_row(MARKS[rule.state], rule.rule, _planted(rule), _beside(rule), rule.at_limit or "")
    title = f"{proof.contract}@{proof.contract_version}: {len(proof.rules)} rules on {proof.rows:,} rows"
    console.print(f"[bold]{title}[/bold] ({escape(proof.base)})")
    console.print(table)
    for line in _summary(proof):
        console.print(line)


def _planted(rule: RuleProof) -> str:
    if rule.state == "never":
        return f"[red]none of {rule.tried} defects breaks it[/red]"
    return escape(rule.planted)


def _beside(rule: RuleProof) -> str:
    shown = [f"[yellow]{name}[/yellow]" if name in rule.shares_all_with else name for name in rule.beside]
    return ", ".join(shown[:3]) + (f" and {len(shown) - 3} more" if len(shown) > 3 else "")


def _summary(proof: Proof) -> list[str]:
    states = [rule.state for rule in proof.rules]
    lines = [
        f"{states.count('alone')} caught their defect alone, {states.count('with others')} together with others, "
        f"{states.count('never')} never failed, {states.count('not checked')} not checked."
    ]
    lines += [f"[red]{rule.rule}[/red] cannot fail, as far as {rule.tried} defects show." for rule in proof.unproven]
    lines += [
        f"[yellow]{rule.rule}[/yellow] is redundant on these rows: {_always(rule)} failed with it every time."
        for rule in proof.redundant
    ]
    return lines


def _always(rule: RuleProof) -> str:
    more = len(rule.shares_all_with) - 3
    return ", ".join(rule.shares_all_with[:3]) + (f" and {more} more" if more > 0 else "")
