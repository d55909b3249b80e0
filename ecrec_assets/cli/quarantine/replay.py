"""`ecrec quarantine replay`: rows mended and audited again, published if the gate lets them through."""

import getpass
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecrec_assets.cli.quarantine.scope import FAILS, contract_of, require_rule, say, stop, the_lake, told, write_out
from ecrec_assets.settings import get_settings

if TYPE_CHECKING:
    import polars as pl

    from ecrec_assets.components.replay import Replay
    from ecrec_assets.contracts.model import Contract
    from ecrec_assets.lake.store import Lake


def replay(
    table: Annotated[str, typer.Argument(help="A table, such as raw/transactions.")],
    file: Annotated[
        Path | None, typer.Option("--from", help="A file that 'export' wrote and you mended.", show_default=False)
    ] = None,
    assign: Annotated[
        list[str] | None,
        typer.Option("--set", help="'column = formula', such as 'price = abs(price)'; may be given several times."),
    ] = None,
    drop: Annotated[bool, typer.Option("--drop", help="Drop the chosen rows for good.")] = False,
    rule: Annotated[str | None, typer.Option(help="With --set or --drop: only rows that failed this rule.")] = None,
    where: Annotated[
        str | None, typer.Option(help="With --set or --drop: only rows where this holds, such as 'quantity > 1000'.")
    ] = None,
    why: Annotated[str, typer.Option(help="A note that is kept with the decision.")] = "",
    by: Annotated[str | None, typer.Option(help="Who decides; default: your login name.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Audit, tell, and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Mend rows in quarantine and send them through the same gate again, with the rows that are published.

    The decisions are kept: when the table is computed again, the same rows are mended again. Without --from, --set
    and --drop all quarantined rows are audited again as they are, as after a change of the contract.

    A formula may use + - * / ( ), comparisons, and, or, not, in (…), is null, abs, round, floor, ceil, min, max,
    coalesce, if, trim, lower, upper, length, replace and concat. Text stands in quotes: --set "unit = 'kg'".

    Exit code 0: published, or nothing to do. 1: the gate rejects; what is published stays. 2: it cannot be read.
    """
    from ecrec_assets.components.replay import Note
    from ecrec_assets.components.replay import replay as replayed

    with told():
        _require_one_way(file, assign, drop=drop, narrowed=bool(rule or where))
        contract, lake = contract_of(table), the_lake()
        kept = lake.kept_out(contract.key)
        decisions, unchanged = _decisions(lake, kept, contract, file, assign or [], rule, where, drop=drop)
        everything = not (file or assign or drop)
        note = Note(by or getpass.getuser(), why, datetime.now(UTC))
        reports = get_settings().reports
        done = replayed(lake, contract, decisions, note, everything=everything, reports=reports, dry_run=dry_run)
    if as_json:
        write_out(json.dumps(_plain(done, unchanged, dry_run=dry_run), indent=2))
    else:
        _tell(contract.key, done, unchanged, kept, dry_run=dry_run)
    if not done.passed:
        stop(_rejected(contract.key, done, dry_run=dry_run), FAILS)


def _require_one_way(file: Path | None, assign: list[str] | None, *, drop: bool, narrowed: bool) -> None:
    ways = sum(map(bool, (file, assign, drop)))
    if ways > 1:
        raise ValueError("give one of --from, --set and --drop")
    if narrowed and (file or not ways):
        raise ValueError("--rule and --where choose rows for --set or --drop")
    if drop and not narrowed:
        raise ValueError("--drop needs --rule or --where, so that not all rows of the quarantine are dropped")


def _decisions(
    lake: "Lake",
    kept: "pl.DataFrame",
    contract: "Contract",
    file: Path | None,
    assign: list[str],
    rule: str | None,
    where: str | None,
    *,
    drop: bool,
) -> tuple[dict[str, str | None], int]:
    """By row id what becomes of it, and how many rows were looked at and left as they are."""
    from ecrec_assets.cli.quarantine.assignment import assigned, chosen
    from ecrec_assets.cli.quarantine.mend_file import read_file
    from ecrec_assets.lake.identical import ROW_ID

    if file:
        known = {id_: mend.mended for id_, mend in lake.mends(contract.key).items()}
        return read_file(file, kept, known)
    if not assign and not drop:
        return {}, 0
    rows = chosen(require_rule(kept, rule, contract), where)
    if drop:
        return dict.fromkeys(rows[ROW_ID]), 0
    texts: dict[str, str | None] = {**assigned(rows, assign)}
    return texts, rows.height - len(texts)


def _tell(table: str, done: "Replay", unchanged: int, kept: "pl.DataFrame", *, dry_run: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    if not done.units:
        already = f"{done.already:,} decisions are in force already; " if done.already else ""
        say(f"Nothing to replay: {already}{unchanged:,} rows are as they were. {table} is unchanged.")
        return
    shown = Table("rule", "before", "after", box=None, header_style="bold")
    shown.columns[1].justify = shown.columns[2].justify = "right"
    for rule, before, after in done.by_rule(kept):
        shown.add_row(rule, f"{before:,}", f"{after:,}", style="green" if after < before else "")
    Console().print(shown)
    mended = sum(mend.mended is not None for mend in done.decided.values())
    dropped = len(done.decided) - mended
    parts = [f"{mended:,} mended"] * bool(mended) + [f"{dropped:,} dropped"] * bool(dropped)
    say(f"{', '.join(parts) or 'No row changed'}" + (f"; {done.already:,} in force already" if done.already else ""))
    for unit in done.units:
        say(unit.sentence(dry_run=dry_run))
    if done.passed:
        say(
            "Nothing was changed: this was a dry run."
            if dry_run
            else f"Later runs of {table} mend these rows again: 'ecrec quarantine mends {table}'."
            if done.decided
            else f"{table} is published.",
            "dim",
        )


def _rejected(table: str, done: "Replay", *, dry_run: bool) -> str:
    reasons = "; ".join(rule.sentence() for rule in done.units[-1].verdict.blocking)
    where = done.units[-1].rejected
    kept = f" The candidate is kept in {where}." if where else ""
    would = "would be rejected" if dry_run else "was rejected"
    return f"{table}: the replay {would}: {reasons}. What is published stays, no decision was kept.{kept}"


def _plain(done: "Replay", unchanged: int, *, dry_run: bool) -> dict[str, Any]:
    mended = sum(mend.mended is not None for mend in done.decided.values())
    return {
        "dry_run": dry_run,
        "passed": done.passed,
        "mended": mended,
        "dropped": len(done.decided) - mended,
        "already": done.already,
        "unchanged": unchanged,
        "still_failing": dict(done.still_failing.most_common()),
        "audits": [unit.to_plain() for unit in done.units],
    }
