"""`ecrec contract draft`: a contract to start from, from any table."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape

from ecrec_assets.settings import get_settings

if TYPE_CHECKING:
    from ecrec_assets.contracts.draft.finding import Draft


def draft(
    location: Annotated[
        str, typer.Argument(help="File, pattern, folder, SQL address (url#table) or key of a published table.")
    ],
    key: Annotated[str | None, typer.Option(help="Key of the contract. Default: raw/<name of the file>.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write here instead of standard output.")] = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(help="table=location: values may point there. Default: published tables of the same group."),
    ] = None,
    sample: Annotated[
        int | None, typer.Option(min=1_000, help="Profile so many rows, at even distances; keys are counted in all.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    proof: Annotated[bool, typer.Option(help="Run the gate: every rule has to hold on the table itself.")] = True,
) -> None:
    """Draft a contract from a table: types, keys, references, ranges, sets, patterns, budgets, freshness.

    Every rule says what it was seen in. The draft passes on the table it came from. Exit code 2: no such table.
    """
    from ecrec_assets.cli.contract.tables import WrongReference, described, neighbours, opened, references
    from ecrec_assets.collect.errors import CollectError
    from ecrec_assets.contracts.draft.draft import draft as drafted

    messages = Console(stderr=True)
    with ExitStack() as stack:
        try:
            _require_free(out, force=force)
            name = key or _key_of(location)
            frame = stack.enter_context(opened(location))
            others = references([] if reference else neighbours(name, _referred()), reference or ())
            now = datetime.now(UTC)
            found = drafted(frame, key=name, now=now, references=others, source=described(location), sample=sample)
        except (CollectError, WrongReference, FileExistsError, ValueError) as error:
            messages.print(f"[red]{escape(str(error))}[/red]")
            raise typer.Exit(2) from error
        text, told = _proved(found, frame, others, now) if proof else _unproved(found)
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")
        told = f"{out}: {told}\nNext: ecrec contract check {location} --contract {out}"
    messages.print(escape(told))


def _proved(
    found: Draft, frame: pl.LazyFrame, references: Mapping[str, pl.LazyFrame], now: datetime
) -> tuple[str, str]:
    from ecrec_assets.contracts.draft.proof import prove

    text, verdict, taken_out = prove(found, frame, references, now)
    holds = sum(rule.passed for rule in verdict.rules)
    told = f"{holds} of {len(verdict.rules)} rules hold on the {found.rows:,} rows they came from."
    return text, told + (f" Taken out, as they do not hold: {', '.join(taken_out)}." if taken_out else "")


def _unproved(found: Draft) -> tuple[str, str]:
    from ecrec_assets.contracts.draft.yaml_text import to_yaml

    return to_yaml(found), f"drafted from {found.rows:,} rows; not proved on them."


def _key_of(location: str) -> str:
    """`Sales 2017.csv` -> `raw/sales_2017`; `sqlite:///shop.db#orders` -> `raw/orders`; a published key as it is."""
    from ecrec_assets.lake.places import TABLE

    if "://" not in location and "/" in location and not Path(location).exists() and TABLE.fullmatch(location):
        return location
    last = location.rpartition("#")[2] if "://" in location else _file_name(Path(location))
    word = re.sub(r"[^A-Za-z0-9]+", "_", last.rpartition(".")[2] if "://" in location else last).strip("_").lower()
    return f"raw/{word or 'table'}"


def _file_name(path: Path) -> str:
    """Of a pattern, the folder."""
    name = path.name if not any(sign in path.name for sign in "*?[") else path.absolute().parent.name
    return re.sub(r"\.(csv|tsv|txt|parquet|pq)(\.gz)?$", "", name, flags=re.IGNORECASE)


def _require_free(out: Path | None, *, force: bool) -> None:
    if out is not None and out.exists() and not force:
        raise FileExistsError(f"{out} is there already; give another -o, or --force to replace it")
    if out is not None and not out.absolute().parent.is_dir():
        raise FileExistsError(f"{out}: the folder {out.parent} does not exist")


def _referred() -> dict[str, frozenset[str]]:
    """The tables each contract refers to; a folder of contracts that cannot be read refers to none."""
    from ecrec_assets.contracts.odcs import ContractFileError, load_contracts

    try:
        contracts = load_contracts(get_settings().expectations)
    except ContractFileError:
        return {}
    return {key: frozenset(to.table for to in each.references) for key, each in contracts.items()}
