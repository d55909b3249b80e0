"""The model card: what the tagger is for, how good it is on which data, and where not to trust it.

For any label set: types, figures and weak spots are read from the queries and from the table of metrics.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.predict import MOST_CHARACTERS, MOST_WORDS

TEMPLATE = """# Query tagger

Marks in a shopper's query the words of {kinds}. Everything else has no label.

- Base model: {base}
- Queries: {counts}
- Labels: {source}
- Settings: {settings}

## Figures

{table}

In brackets the 95 % interval over resampled queries. A span counts only when its type and both its ends are right
(strict IOB2). Calibration errors: 0 means that of all words (or spans) that are scored 0.8, eight in ten are right.
{types}
## Where not to trust it

{limits}
"""
WEAK = "weak: they follow from how a query was made out of catalogue and prices; no person gave them"
PEOPLE = "as the shop gave them; `evaluations/query_labels` estimates how many are wrong"
MADE_LIMITS = (
    "The figures say how well the model reads these forms of query with product types it has never seen. They do not "
    "say how well it reads real visitors: the labels were made, not by people.",
    "A product type it never saw may be taken for a category when its name is one general word, and a brand it never "
    "saw for a part of the item.",
)
READ_LIMIT = f"Of a query the first {MOST_CHARACTERS} characters and {MOST_WORDS} words are read."
SPLITS = ("validation", "test")
ROWS = (
    ("span f1", "all", "all", "span_f1"),
    ("span precision", "all", "all", "span_precision"),
    ("span recall", "all", "all", "span_recall"),
    ("token accuracy", "all", "all", "token_accuracy"),
    ("majority tag by word, span f1", "baseline", "majority tag by word", "span_f1"),
    ("calibration error of words", "all", "all", "word_ece"),
    ("calibration error of spans", "all", "all", "span_ece"),
)
SLICES = ("length", "unknown_words", "rarity", "noise", "perturbation")
WEAKEST, LEAST_SPANS = 4, 30


def model_card(metrics: pl.LazyFrame, config: TaggerConfig, *, base: str, queries: pl.LazyFrame) -> str:
    """Markdown. `metrics` is the long table of the evaluation; `queries` has split and tags, and `form` if made."""
    rows = queries.select("split", "tags").collect()
    figures = metrics.collect()
    counts = rows.group_by("split").len().sort("len", descending=True)
    made = "form" in queries.collect_schema().names()
    kinds = _kinds(rows)
    return TEMPLATE.format(
        kinds=_listed(list(kinds)),
        base=base,
        counts=", ".join(f"{count:,} {split}" for split, count in counts.iter_rows()),
        source=WEAK if made else PEOPLE,
        settings=", ".join(f"{name} {value}" for name, value in config.model_dump().items()),
        table=_table(figures, [*ROWS, *_slice_rows(figures)]),
        types=_types(figures, kinds),
        limits="\n".join(f"- {limit}" for limit in _limits(figures, made=made)),
    )


def _kinds(rows: pl.DataFrame) -> dict[str, int]:
    """Spans of training by type, the most frequent first."""
    begins = rows.filter(split="train")["tags"].explode(empty_as_null=False)
    counted = begins.filter(begins.str.starts_with("B-")).str.slice(2).value_counts()
    return dict(counted.sort("count", "tags", descending=[True, False]).iter_rows())


def _listed(kinds: list[str]) -> str:
    named = [f"`{kind}`" for kind in kinds]
    return " and ".join(part for part in (", ".join(named[:-1]), named[-1]) if part) if named else "no type"


def _slice_rows(figures: pl.DataFrame) -> Iterator[tuple[str, str, str, str]]:
    found = figures.filter(pl.col("metric") == "span_f1", pl.col("slice").is_in(SLICES))
    for slice_name, segment in found.select("slice", "segment").unique(maintain_order=True).iter_rows():
        yield f"span f1, {slice_name.replace('_', ' ')}: {segment}", slice_name, segment, "span_f1"


def _table(figures: pl.DataFrame, rows: list[tuple[str, str, str, str]]) -> str:
    lines = ["| | " + " | ".join(SPLITS) + " |", "|---|" + "---:|" * len(SPLITS)]
    for name, *where in rows:
        cells = [_figure(figures, split, *where) for split in SPLITS]
        if set(cells) != {"–"}:
            lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _types(figures: pl.DataFrame, kinds: dict[str, int]) -> str:
    head = ["", "| type | spans in training | validation, span f1 | test, span f1 |", "|---|---:|---:|---:|"]
    rows = [
        f"| {kind} | {spans:,} | {' | '.join(_figure(figures, split, 'type', kind, 'span_f1') for split in SPLITS)} |"
        for kind, spans in kinds.items()
    ]
    return "\n".join([*head, *rows, ""])


def _figure(figures: pl.DataFrame, split: str, slice_name: str, segment: str, metric: str) -> str:
    found = figures.filter(split=split, slice=slice_name, segment=segment, metric=metric)
    if not found.height:
        return "–"
    value, low, high = found.select("value", "low", "high").row(0)
    return f"{value:.3f}" if low is None else f"{value:.3f} ({low:.3f} to {high:.3f})"


def _limits(figures: pl.DataFrame, *, made: bool) -> Iterator[str]:
    test = (pl.col("split") == "test") & (pl.col("metric") == "span_f1") & (pl.col("support") >= LEAST_SPANS)
    parts = figures.filter(test, ~pl.col("slice").is_in(["all", "baseline"])).sort("value").head(WEAKEST)
    named = (f"{where.replace('_', ' ')} {part} ({value:.3f})" for where, part, value in _places(parts))
    if parts.height:
        yield f"Weakest on test: {', '.join(named)}."
    few = figures.filter(pl.col("split") == "test", slice="type", metric="span_f1").filter(
        pl.col("support") < LEAST_SPANS
    )
    if few.height:
        yield f"Too few in the test to say (under {LEAST_SPANS} spans): {', '.join(few['segment'])}."
    yield from MADE_LIMITS if made else ()
    yield f"It reads the language of its training queries. {READ_LIMIT}"


def _places(parts: pl.DataFrame) -> list[tuple[str, str, float]]:
    return parts.select("slice", "segment", "value").rows()
