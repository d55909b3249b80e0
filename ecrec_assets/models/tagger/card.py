"""The model card: what the tagger is for, how good it is on which data, and where not to trust it."""

from __future__ import annotations

import polars as pl

from ecrec_assets.models.tagger.labels import TYPES
from ecrec_assets.models.tagger.predict import MOST_CHARACTERS, MOST_WORDS
from ecrec_assets.models.tagger.train import TaggerConfig

TEMPLATE = """# Query tagger

Marks in a shopper's query what is asked for (`Item`), which section of the shop is meant (`Category`) and what is said
about money (`Price`). Everything else, such as brands, sizes and `for kids`, has no label.

- Base model: {base}
- Queries: {counts}
- Settings: {settings}

## Figures

{table}

A span counts only when its type and both its ends are right (strict IOB2). No item of validation or test occurs in
training; categories do, because a shop's list of them is closed.

## Where not to trust it

- The labels were made from the catalogue and paid prices, not by people. The figures say how well the model reads
  these forms of query with product types it has never seen. They do not say how well it reads real visitors.
- A product type it never saw looks like a category when its name is one general word (`annuals`, `holidays`).
- Brands it never saw may be taken for a part of the item.
- English only. Of a query the first {characters} characters and {words} words are read.
"""


def model_card(metrics: pl.LazyFrame, config: TaggerConfig, *, base: str, queries: pl.LazyFrame) -> str:
    """Markdown. `metrics` is the long table of the evaluation, `queries` has the column split."""
    counts = queries.group_by("split").len().sort("len", descending=True).collect()
    return TEMPLATE.format(
        base=base,
        counts=", ".join(f"{count:,} {split}" for split, count in counts.iter_rows()),
        settings=", ".join(f"{name} {value}" for name, value in config.model_dump().items()),
        table=_table(metrics.collect()),
        characters=MOST_CHARACTERS,
        words=MOST_WORDS,
    )


def _table(metrics: pl.DataFrame) -> str:
    lines = ["| | " + " | ".join(SPLITS) + " |", "|---|" + "---:|" * len(SPLITS)]
    for name, slice_name, segment, metric in _rows():
        figures = [_figure(metrics, split, slice_name, segment, metric) for split in SPLITS]
        lines.append(f"| {name} | {' | '.join(figures)} |")
    return "\n".join(lines)


SPLITS = ("validation", "test")


def _rows() -> list[tuple[str, str, str, str]]:
    every = [("token accuracy", "token_accuracy"), *((f"span {m}", f"span_{m}") for m in ("precision", "recall", "f1"))]
    rows = [(name, "all", "all", metric) for name, metric in every]
    rows += [(f"span f1 of {kind}", "type", kind, "span_f1") for kind in TYPES]
    return [*rows, *((f"span f1, {noise} queries", "noise", noise, "span_f1") for noise in ("clean", "noisy"))]


def _figure(metrics: pl.DataFrame, split: str, slice_name: str, segment: str, metric: str) -> str:
    found = metrics.filter(split=split, slice=slice_name, segment=segment, metric=metric)
    return f"{found['value'][0]:.3f}" if found.height else "–"
