"""`ecrec quarantine mends`: what was decided about rows of a table, and how to take it back."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecrec_assets.cli.quarantine.privacy import MASK
from ecrec_assets.cli.quarantine.scope import contract_of, say, the_lake, told, write_out

if TYPE_CHECKING:
    from ecrec_assets.lake.mends import Mend

LISTED = 50


def mends(
    table: Annotated[str, typer.Argument(help="A table, such as raw/transactions.")],
    forget: Annotated[
        list[str] | None, typer.Option(help="Take back the decision of this row id (or its beginning), or 'all'.")
    ] = None,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show personal values too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts: every decision.")] = False,
) -> None:
    """List the rows that people mended or dropped. With --forget the next run takes the source's own rows again."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    with told():
        contract, lake = contract_of(table), the_lake()
        found = lake.mends(contract.key)
        private = {column.name for column in contract.columns if column.classification not in ("", "public")}
        if forget:
            ids = {id_ for wanted in forget for id_ in _ids(wanted, found)}
            lake.forget_mends(contract.key, ids)
            say(f"{len(ids):,} decisions forgotten. 'ecrec run --select {contract.key}' takes these rows as they come.")
            return
    hidden = set() if reveal else private
    if as_json:
        write_out(json.dumps([_plain(mend, hidden) for mend in found.values()], ensure_ascii=False, indent=2))
        return
    shown = Table("row", "what", "by", "when", "why", box=None, header_style="bold")
    for mend in list(found.values())[-LISTED:]:
        what = "\n".join(_changes(mend, hidden))
        shown.add_row(mend.id[:8], Text(what), Text(mend.by), f"{mend.at:%Y-%m-%d %H:%M}", Text(mend.why))
    if found:
        Console().print(shown)
    last = f", the last {LISTED} are shown" if len(found) > LISTED else ""
    say(f"{len(found):,} decisions about rows of {contract.key}{last}.", "dim")


def _ids(wanted: str, found: "dict[str, Mend]") -> list[str]:
    if wanted == "all":
        return list(found)
    ids = [id_ for id_ in found if id_.startswith(wanted)]
    exact = [id_ for id_ in ids if id_ == wanted]
    if len(exact or ids) != 1:
        raise ValueError(f"{len(ids)} decisions begin with '{wanted}': give more of the row id, or 'all'")
    return exact or ids


def _changes(mend: "Mend", hidden: set[str]) -> list[str]:
    """`quantity 1200 → 1`."""
    if mend.mended is None:
        return ["dropped"]
    before, after = json.loads(mend.original), json.loads(mend.mended)
    return [
        f"{name} {_shown(before.get(name), name, hidden)} → {_shown(after.get(name), name, hidden)}"
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    ]


def _shown(value: Any, name: str, hidden: set[str]) -> str:
    if value is None:
        return "(none)"
    return MASK if name in hidden else str(value)


def _plain(mend: "Mend", hidden: set[str]) -> dict[str, Any]:
    def row(text: str | None) -> dict[str, Any] | None:
        values = json.loads(text) if text is not None else None
        return values and {name: MASK if name in hidden else value for name, value in values.items()}

    return {
        "row_id": mend.id,
        "decision": "drop" if mend.mended is None else "mend",
        "original": row(mend.original),
        "mended": row(mend.mended),
        "by": mend.by,
        "why": mend.why,
        "at": mend.at.isoformat(),
        "contract_version": mend.contract_version,
    }
