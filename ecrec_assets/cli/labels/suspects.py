"""`ecrec labels suspects`: the labels that are most likely wrong, as a table or as a file to review."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecrec_assets.cli.labels.scope import QUERIES, REPORT, is_private, published
from ecrec_assets.cli.quarantine.scope import say, told, write_out

if TYPE_CHECKING:
    import polars as pl


def suspects(
    top: Annotated[int, typer.Option("--top", "-n", min=1, help="At most so many, worst first.")] = 50,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A .csv to review in a spreadsheet.", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file when it is there.")] = False,
    again: Annotated[bool, typer.Option("--all", help="Also those that were reviewed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Show the labels that a model which did not train on them would give otherwise, worst first.

    In the file write keep, change or drop under 'decision'. For change the label is the suggested one, or what you
    write under 'label': a type, O, or one tag a word. Then: ecrec labels apply FILE.
    """
    from ecrec_assets.cli.labels.review_file import write_review
    from ecrec_assets.components.label_decisions import read_decisions
    from ecrec_assets.prepare.label_noise.review import review_pieces

    with told():
        if output and output.exists() and not force:
            raise ValueError(f"{output} is there already; decisions in it would be lost. Another name, or --force")
        if output and output.suffix.lower() != ".csv":
            raise ValueError(f"{output}: give a name that ends in .csv")
        found = review_pieces(published(REPORT)).collect()
        if not again:
            found = _open(found, {decision.settles for decision in read_decisions(QUERIES).values()})
        rows = found.head(top)
        if output:
            write_review(rows, output)
    if as_json:
        write_out(json.dumps(rows.to_dicts(), ensure_ascii=True, indent=2))
    elif output is None:
        _print(rows)
    counted = f"{rows.height:,} of {found.height:,} suspect labels"
    say(f"{counted} written to {output}" if output else counted, None if output else "dim")
    if output and is_private(QUERIES):
        say("It holds what people typed: delete it when the labels are decided.", "yellow")
    if output:
        say(f"Review it, then: ecrec labels apply {output}", "dim")


def _open(found: "pl.DataFrame", settled: set[str]) -> "pl.DataFrame":
    """Without those that somebody looked at and found right, or changed to what they are now."""
    import polars as pl

    from ecrec_assets.prepare.label_noise.decisions import place_id

    ids = found.select("query_id", "tokens", "start", "end", "given").iter_rows()
    return found.filter(pl.Series([place_id(*row) not in settled for row in ids], dtype=pl.Boolean))


def _print(rows: "pl.DataFrame") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from ecrec_assets.prepare.label_noise.review import in_short

    shown = Table("query", "words", "given", "suggested", "score", box=None, header_style="bold")
    shown.columns[4].justify = "right"
    for row in rows.iter_rows(named=True):
        words = " ".join(row["tokens"][row["start"] : row["end"]])
        labels = (in_short(row["given"]), in_short(row["suggested"]))
        shown.add_row(*map(Text, (" ".join(row["tokens"]), words, *labels)), f"{row['score']:.3f}")
    Console().print(shown)
