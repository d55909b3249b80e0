"""`ecrec contract diff`: what changed between two states of a contract, and what that does to the data."""

import json
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ecrec_assets.settings import get_settings

if TYPE_CHECKING:
    from ecrec_assets.contracts.diff.compare import Difference
    from ecrec_assets.contracts.diff.effect import Effect
    from ecrec_assets.contracts.model import Contract

COLOURS = {"breaking": "bold red", "tightening": "yellow", "loosening": "cyan", "documentation": "dim"}
GIT = "git:"


def diff(
    old: Annotated[str, typer.Argument(help="A key (raw/products), a file, or git:REVISION:FILE.", metavar="A")],
    new: Annotated[str, typer.Argument(help="The same for the newer state.", metavar="B")],
    table: Annotated[
        str | None, typer.Option(help="Published table to measure the effect on; default: the one of B or A.")
    ] = None,
    no_data: Annotated[bool, typer.Option("--no-data", help="Compare the files only.")] = False,
    allow: Annotated[bool, typer.Option("--allow", help="Exit with 0 although it breaks readers.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Tell breaking, tightening and loosening changes apart, and what B would do to the published rows.

    All rows of the published version and of its quarantine are audited under A and under B.
    Exit code 0: no reader breaks. 1: a change is breaking (not with --allow). 2: a contract cannot be read.
    """
    from ecrec_assets.contracts.diff.compare import compare
    from ecrec_assets.lake.errors import LakeError

    try:
        before, after = _contract(old), _contract(new)
        difference = compare(before, after)
        name = None if no_data else _table(table, before, after)
        measured = _effect(name, before, after) if name and difference.changes else None
    except (ValueError, OSError, LakeError) as error:
        Console(stderr=True, soft_wrap=True).print(Text(str(error), "red"))
        raise typer.Exit(2) from error
    if as_json:
        typer.echo(json.dumps(_plain(before, after, difference, name, measured), ensure_ascii=False, indent=2))
    else:
        _tell(before, after, difference, name, measured)
    if difference.breaks and not allow:
        raise typer.Exit(1)


def _contract(name: str) -> "Contract":
    from ecrec_assets.contracts.odcs import find_contract, load_contract

    if not name.startswith(GIT):
        return find_contract(name, get_settings().expectations)
    revision, _, path = name.removeprefix(GIT).partition(":")
    text = _from_git(revision, path)
    folder = get_settings().expectations.name
    parts = Path(path).parts
    inner = Path(*parts[parts.index(folder) + 1 :]) if folder in parts else Path(Path(path).name)
    with tempfile.TemporaryDirectory() as root:
        file = Path(root) / inner
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        try:
            return load_contract(file, Path(root))
        except ValueError as error:
            raise ValueError(str(error).replace(str(file), name)) from error


def _from_git(revision: str, path: str) -> str:
    if not revision or not path or revision.startswith("-"):
        raise ValueError(
            f"'{GIT}{revision}:{path}': write git:REVISION:FILE, such as git:HEAD~1:expectations/raw/a.yaml"
        )
    command = ["git", "show", f"{revision}:{path}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)  # noqa: S603
    except FileNotFoundError as error:
        raise ValueError("git is not installed: give two files instead") from error
    if done.returncode:
        raise ValueError(f"git has no {path} at {revision}: {done.stderr.strip().removeprefix('fatal: ')}")
    return done.stdout


def _table(asked: str | None, before: "Contract", after: "Contract") -> str | None:
    from ecrec_assets.lake.store import Lake

    lake = Lake(get_settings().lake)
    if asked:
        return lake.require(asked).table
    return next((key for key in (after.key, before.key) if lake.current(key)), None)


def _effect(table: str, before: "Contract", after: "Contract") -> "Effect":
    """Summed over what was audited together, so that limits on shares mean what they meant."""
    from ecrec_assets.contracts.diff.effect import effect, total
    from ecrec_assets.lake.store import Lake

    lake = Lake(get_settings().lake)
    kept, now = lake.kept_out(table), datetime.now(UTC)
    rules = (*before.rules, *after.rules)
    named = {str(rule.kwargs["reference"]) for rule in rules if "reference" in rule.kwargs}
    references = {name: lake.read(name) for name in named if lake.current(name)}
    found = []
    for unit in lake.replay_units(table):
        candidate = lake.stage_replay(table, unit, kept, {})
        try:
            found.append(effect(candidate.frame, before, after, references, now))
        finally:
            lake.give_up(candidate)
    return total(found)


def _tell(
    before: "Contract", after: "Contract", found: "Difference", name: str | None, effect: "Effect | None"
) -> None:
    console = Console(soft_wrap=False, highlight=False)
    console.print(Text(f"{before.key}@{before.version} → {after.key}@{after.version}", "bold"))
    if not found.changes:
        console.print("No difference that anybody would notice.")
        return
    shown = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for change in found.changes:
        shown.add_row(Text(change.kind, COLOURS[change.kind]), Text(change.subject), Text(change.words))
    console.print(shown)
    console.print(Text(found.version.sentence(), "green" if found.version.fits else "red"))
    if effect is None:
        console.print(Text("The effect on data was not measured: no such table is published here.", "dim"))
    else:
        _tell_effect(console, name or "", effect)


def _tell_effect(console: Console, name: str, effect: "Effect") -> None:
    console.print(
        Text(
            f"\nThe {effect.rows:,} rows of {name}, published and quarantined, under both: "
            f"{effect.quarantined_before:,} → {effect.quarantined_after:,} in quarantine"
        )
    )
    shown = Table("rule", "newly quarantined", "newly released", box=None, header_style="bold", padding=(0, 2, 0, 0))
    shown.columns[1].justify = shown.columns[2].justify = "right"
    for rule in sorted(effect.quarantined_by | effect.released_by):
        shown.add_row(
            Text(rule), _count(effect.quarantined_by[rule], "yellow"), _count(effect.released_by[rule], "cyan")
        )
    if shown.row_count:
        shown.add_row(Text("rows", "bold"), f"{effect.newly_quarantined:,}", f"{effect.newly_released:,}")
        console.print(shown)
    for what, reasons in (("A", effect.blocking_before), ("B", effect.blocking_after)):
        for reason in reasons:
            console.print(Text(f"Under {what} it would not be published: {reason}", "red"))
    if not effect.blocking_after:
        console.print(Text("Under B it would be published.", "green"))


def _count(rows: int, colour: str) -> Text:
    return Text(f"{rows:,}", colour) if rows else Text("-", "dim")


def _plain(
    before: "Contract", after: "Contract", found: "Difference", name: str | None, effect: "Effect | None"
) -> dict[str, Any]:
    return {
        "a": f"{before.key}@{before.version}",
        "b": f"{after.key}@{after.version}",
        "breaking": found.breaks,
        "changes": [change._asdict() for change in found.changes],
        "version": {**found.version._asdict(), "fits": found.version.fits},
        "table": name,
        "effect": None if effect is None else effect.to_plain(),
    }
