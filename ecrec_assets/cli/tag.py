"""`ecrec tag`: what the champion understands of a query."""

import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

COLOURS = {"Item": "bold green", "Category": "bold blue", "Price": "bold magenta"}


def tag(
    queries: Annotated[list[str], typer.Argument(help="One or more queries, each in quotes.")],
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Show item, category and price in a shopper's query."""
    from ecrec_assets.components.champion import NoChampion, champion_folder
    from ecrec_assets.models.tagger.predict import TaggedQuery, Tagger

    try:
        tagger = Tagger.load(champion_folder("query_tagger"))
    except NoChampion as error:
        Console(stderr=True).print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error
    answers: list[TaggedQuery] = tagger.tag(queries)
    if as_json:
        plain = [
            {"query": query, "spans": [span._asdict() for span in answer.spans]}
            for query, answer in zip(queries, answers, strict=True)
        ]
        sys.stdout.write(json.dumps(plain, ensure_ascii=False, indent=2) + "\n")
        return
    console = Console()
    for query, answer in zip(queries, answers, strict=True):
        line = Text(query)
        for span in answer.spans:
            line.stylize(COLOURS.get(span.type, "bold"), span.start, span.end)
        console.print(line)
        for span in answer.spans:
            console.print(Text(f"  {span.type:<9} {span.text}  ({span.score:.0%})", COLOURS.get(span.type, "")))
