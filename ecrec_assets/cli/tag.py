"""`ecrec tag`: what the champion understands of a query."""

import json
import sys
import unicodedata
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from ecrec_assets.cli.explained import bars, plain_explanation

if TYPE_CHECKING:
    from ecrec_assets.models.tagger.explain import Explanation
    from ecrec_assets.models.tagger.predict import Span, TaggedQuery, Tagger

COLOURS = ("green", "blue", "magenta", "cyan", "yellow", "red", "bright_green", "bright_blue", "bright_magenta")
UNSEEN = ("Cc", "Cs", "Cf")  # control signs, lone surrogates, zero-width and direction marks
JOINERS = ("\N{ZERO WIDTH JOINER}", "\N{ZERO WIDTH NON-JOINER}")  # parts of emoji and of Persian words
LONGEST_SHOWN = 512


def tag(
    queries: Annotated[list[str], typer.Argument(help="One or more queries, each in quotes.")],
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show which words each span hangs on.")] = False,
) -> None:
    """Show the parts of a shopper's query that the champion knows: what is asked for, and under which conditions."""
    tagger = _champion()
    answers = tagger.tag(queries)
    reasons = _reasons(tagger, queries) if explain else [None] * len(queries)
    if as_json:
        _write_json([_plain(*each) for each in zip(queries, answers, reasons, strict=True)])
        return
    colours = {kind: COLOURS[number % len(COLOURS)] for number, kind in enumerate(tagger.types)}
    console = Console()
    for query, answer, reason in zip(queries, answers, reasons, strict=True):
        for line in _lines(query, answer, reason, colours):
            console.print(line)


def _champion() -> "Tagger":
    from ecrec_assets.components.champion import NoChampion, champion_folder
    from ecrec_assets.models.tagger.model import TaggerFolderError
    from ecrec_assets.models.tagger.predict import Tagger

    try:
        return Tagger.load(champion_folder("query_tagger"))
    except (NoChampion, TaggerFolderError) as error:
        Console(stderr=True).print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error


def _reasons(tagger: "Tagger", queries: list[str]) -> "list[list[Explanation] | None]":
    from ecrec_assets.models.tagger.explain import Explainer

    explainer = Explainer(tagger)
    return [explainer.explain(query) for query in queries]


def _lines(
    query: str, answer: "TaggedQuery", reasons: "list[Explanation] | None", colours: dict[str, str]
) -> list[Text]:
    line = Text(shown(query[:LONGEST_SHOWN]))
    for span in answer.spans:
        line.stylize(f"bold {colours[span.type]}", span.start, span.end)
    if not answer.tokens:
        return [Text("a query without words", "dim")]
    lines = [line]
    if answer.truncated:
        line.append(" …")
        lines.append(Text(f"  too long: read were {len(answer.tokens)} words", "yellow"))
    if not answer.spans:
        lines.append(Text("  nothing in it has a label", "dim"))
    for number, span in enumerate(answer.spans):
        lines.append(_span_line(span, colours))
        if reasons:
            lines.extend(bars(reasons[number], colours[span.type], shown))
    return lines


def _span_line(span: "Span", colours: dict[str, str]) -> Text:
    width = max(map(len, colours))
    text = f"  {shown(span.type):<{width}}  {shown(span.text)}  ({span.score:.0%})"
    return Text(text, colours[span.type])


def shown(text: str) -> str:
    """The same text with a sign for each character that a terminal would act on or cannot write."""
    return "".join("\N{REPLACEMENT CHARACTER}" if _acts(sign) else sign for sign in text)


def _acts(sign: str) -> bool:
    return unicodedata.category(sign) in UNSEEN and sign not in JOINERS


def _plain(query: str, answer: "TaggedQuery", reasons: "list[Explanation] | None") -> dict[str, object]:
    spans = [span._asdict() for span in answer.spans]
    for span, reason in zip(spans, reasons or [], strict=False):
        span |= plain_explanation(reason)
    return {"query": query, "spans": spans, "truncated": answer.truncated}


def _write_json(answers: list[dict[str, object]]) -> None:
    """A lone surrogate is written as JSON's own escape, since UTF-8 has no bytes for it."""
    text = json.dumps(answers, ensure_ascii=False, indent=2) + "\n"
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode())
