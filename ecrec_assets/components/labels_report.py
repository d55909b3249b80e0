"""Puts what is known of the labels of a tagger's queries on the report's page of labels."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from ecrec_assets.settings import get_settings

SHOWN = 40


def keep_labels(
    report: pl.LazyFrame,
    queries: pl.LazyFrame,
    *,
    tags: Sequence[str],
    annotations: pl.LazyFrame | None = None,
    contract: str = "evaluations/query_labels",
    queries_contract: str = "datasets/queries",
    private: bool = False,
) -> str:
    """Writes the page and returns its address. `report` is the table of `label_report`, `annotations` the labels of
    several people (annotator, query_id, tags), if there are any; `queries` are the gold labels then. `private`: no word
    of a query is shown, and annotators are numbered.
    """
    from ecrec_assets.contracts.pages.labels_page import Labels
    from ecrec_assets.contracts.report import show_labels
    from ecrec_assets.contracts.report_links import labels_page_of
    from ecrec_assets.prepare.label_noise.review import review_pieces
    from ecrec_assets.prepare.label_noise.summary import label_summary, noise_joint

    report = report.collect().lazy()
    pieces = review_pieces(report).collect()
    counts = queries.group_by("split").len().sort("len", "split", descending=[True, False]).collect()
    found = Labels(
        contract=contract,
        queries_contract=queries_contract,
        at=datetime.now(UTC).isoformat(),
        queries=dict(counts.iter_rows()),
        summary=label_summary(report, tags=tags).collect().to_dicts(),
        joint=noise_joint(report, tags=tags).collect().to_dicts(),
        agreement=_agreement(annotations, queries),
        suspects=_suspects(pieces.head(SHOWN), report, private=private),
        open=pieces.height,
    )
    show_labels(found, get_settings().reports)
    return f"{get_settings().report_url}/{labels_page_of(contract)}"


def _agreement(annotations: pl.LazyFrame | None, queries: pl.LazyFrame) -> list[dict[str, Any]]:
    """With numbers for the names of people: who agrees with whom is nobody's business but theirs."""
    from ecrec_assets.evaluate.agreement import agreement

    if annotations is None or annotations.select(pl.col("annotator").n_unique()).collect().item() < 2:
        return []
    names = annotations.select(pl.col("annotator").unique().sort()).collect()["annotator"].to_list()
    numbers = {name: f"annotator {number}" for number, name in enumerate(names, start=1)}
    named = annotations.with_columns(pl.col("annotator").replace_strict(numbers))
    return agreement(named, queries).collect().to_dicts()


def _suspects(pieces: pl.DataFrame, report: pl.LazyFrame, *, private: bool) -> list[dict[str, Any]]:
    """Each with the given and the suggested tags of its whole query."""
    from ecrec_assets.contracts.pages.errors_page import WITHHELD

    asked = pieces["query_id"].implode()
    whole = report.filter(pl.col("query_id").is_in(asked)).group_by("query_id").agg("given", "suggested").collect()
    rows = pieces.drop("given", "suggested").join(whole, "query_id", how="left", maintain_order="left").to_dicts()
    for row in rows:
        if private:
            row.update(query_id=WITHHELD, tokens=[WITHHELD] * len(row["tokens"]))
        place = slice(row["start"], row["end"])
        row["suggested"] = [*row["given"][: row["start"]], *row["suggested"][place], *row["given"][row["end"] :]]
    return rows
