"""`ecrec labels decisions`: what was decided about labels, and taking it back."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ecrec_assets.cli.labels.scope import QUERIES
from ecrec_assets.cli.quarantine.scope import say, told, write_out

if TYPE_CHECKING:
    from ecrec_assets.prepare.label_noise.decisions import Decision


def decisions(
    forget: Annotated[
        list[str] | None,
        typer.Option("--forget", help="Take back the decision with this id; may be given several times."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """List what was decided about labels, by whom and why; --forget takes a decision back."""
    from ecrec_assets.components.label_decisions import decisions_path, read_decisions, write_decisions

    with told():
        known = read_decisions(QUERIES)
        gone = [_full(short, known) for short in forget or []]
        if gone:
            write_decisions(QUERIES, [decision for id_, decision in known.items() if id_ not in gone])
    if gone:
        say(f"{len(gone):,} taken back, {len(known) - len(gone):,} left. 'ecrec run' takes these labels as they come.")
    elif as_json:
        write_out(json.dumps([{"id": id_, **asdict(each)} for id_, each in known.items()], ensure_ascii=True, indent=2))
    elif not known:
        say(f"Nothing was decided about labels: {decisions_path(QUERIES)} is not there.", "dim")
    else:
        _print(known)


def _full(short: str, known: dict[str, "Decision"]) -> str:
    found = [id_ for id_ in known if id_.startswith(short)]
    if len(found) != 1:
        raise ValueError(
            f"{len(found) or 'no'} decisions have an id that begins with '{short}'; 'ecrec labels decisions'"
        )
    return found[0]


def _print(known: dict[str, "Decision"]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from ecrec_assets.prepare.label_noise.review import in_short

    shown = Table("id", "query", "words", "given", "decision", "label", "by", "at", box=None, header_style="bold")
    for id_, each in known.items():
        words = " ".join(each.tokens[each.start : each.end])
        label = in_short(each.label) if each.label else ""
        cells = (id_, " ".join(each.tokens), words, in_short(each.given), each.verdict, label, each.by, each.at[:10])
        shown.add_row(*map(Text, cells))
    Console().print(shown)
