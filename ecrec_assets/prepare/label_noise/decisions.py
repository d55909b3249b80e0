"""What people decided about suspect labels, applied to the labelled queries each time they are made.

The source still delivers the wrong label. A decision says which words of which query it is about, what was given there
when it was reviewed, and what is right. One that no longer fits its query is told, and not applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, NamedTuple

import polars as pl

from ecrec_assets.prepare.label_noise.segments import may_stand

Verdict = Literal["keep", "change", "drop"]


@dataclass(frozen=True, slots=True)
class Decision:
    """About the words `start` to before `end` of a query of the words `tokens`, which had the tags `given`.

    keep: they are right. change: `label` is right, one tag a word. drop: the query is left out. `at` is an ISO time.
    """

    query_id: str
    tokens: tuple[str, ...]
    start: int
    end: int
    given: tuple[str, ...]
    verdict: Verdict
    label: tuple[str, ...] | None
    by: str
    at: str
    why: str = ""

    def __post_init__(self) -> None:
        words = self.end - self.start
        if not (0 <= self.start < self.end <= len(self.tokens)) or len(self.given) != words:
            raise ValueError(
                f"{self.query_id}: words {self.start} to {self.end} of {len(self.tokens)} are no place in it"
            )
        if self.verdict not in ("keep", "change", "drop"):
            raise ValueError(f"{self.query_id}: '{self.verdict}' is none of keep, change, drop")
        if (self.verdict == "change") != (self.label is not None) or len(self.label or self.given) != words:
            raise ValueError(f"{self.query_id}: 'change' needs one tag for each of {words} words, the others need none")

    @property
    def id(self) -> str:
        """Stands for what was reviewed: a second decision about the same takes the place of the first."""
        return place_id(self.query_id, self.tokens, self.start, self.end, self.given)

    @property
    def settles(self) -> str:
        """Stands for the words with the tags that somebody found right: there is nothing more to review."""
        return place_id(self.query_id, self.tokens, self.start, self.end, self.label or self.given)


def place_id(query_id: str, tokens: Sequence[str], start: int, end: int, given: Sequence[str]) -> str:
    """Twelve hex digits for words of a query with the tags they have."""
    about = repr((query_id, tuple(tokens), start, end, tuple(given)))
    return sha256(about.encode("utf-8", "surrogatepass")).hexdigest()[:12]


class Stale(NamedTuple):
    """A decision that was not applied, and why."""

    decision: Decision
    why: str


class Decided(NamedTuple):
    """`queries` with what was decided, and the decisions that no longer fit."""

    queries: pl.LazyFrame
    stale: tuple[Stale, ...]


def apply_decisions(queries: pl.LazyFrame, decisions: Iterable[Decision]) -> Decided:
    """Tags changed, queries dropped, in the order of the decisions; all other rows and columns stay as they are.

    `queries` has query_id, tokens and tags; `tag_text`, where it is there, is made anew for a changed query. A decision
    is stale when its query is gone or stands there twice, has other words, has other tags at its place than were
    reviewed, or would leave an I- tag that continues nothing. One whose label the query has already does nothing.
    """
    by_query: dict[str, list[Decision]] = {}
    for decision in decisions:
        by_query.setdefault(decision.query_id, []).append(decision)
    if not by_query:
        return Decided(queries, ())
    asked = pl.Series(list(by_query), dtype=pl.String).implode()
    rows = queries.filter(pl.col("query_id").is_in(asked)).select("query_id", "tokens", "tags").collect()
    rows = rows.filter(pl.col("query_id").is_unique())  # of two with one id nobody knows which is meant
    found = {id_: (tuple(tokens), tuple(tags)) for id_, tokens, tags in rows.iter_rows() if tokens and tags}
    changed: dict[str, tuple[str, ...] | None] = {}
    stale: list[Stale] = []
    for id_, some in by_query.items():
        tags = _decided(some, found.get(id_), stale)
        if id_ in found and tags != found[id_][1]:
            changed[id_] = tags
    return Decided(_replaced(queries, changed), tuple(stale))


def _decided(
    decisions: Sequence[Decision], query: tuple[tuple[str, ...], tuple[str, ...]] | None, stale: list[Stale]
) -> tuple[str, ...] | None:
    """The tags of one query after its decisions; None to drop it."""
    tags = query[1] if query else ()
    for decision in decisions:
        if why := _why_stale(decision, query and query[0], tags):
            stale.append(Stale(decision, why))
        elif decision.verdict == "drop":
            return None
        elif decision.label:
            tags = (*tags[: decision.start], *decision.label, *tags[decision.end :])
    return tags


def _why_stale(decision: Decision, tokens: tuple[str, ...] | None, tags: tuple[str, ...]) -> str:
    if tokens is None:
        return "there is no such query any more, or there are several of this id"
    if tokens != decision.tokens:
        return f"the query is now '{' '.join(tokens)}', not '{' '.join(decision.tokens)}'"
    here = tags[decision.start : decision.end]
    if here == decision.label:
        return ""
    if here != decision.given:
        return (
            f"its words {decision.start} to {decision.end - 1} are now {' '.join(here)}, not {' '.join(decision.given)}"
        )
    if decision.label:
        after = (*tags[: decision.start], *decision.label, *tags[decision.end :])
        if not all(may_stand(before, tag) for before, tag in zip(("O", *after), after, strict=False)):
            return f"with {' '.join(decision.label)} the query would be {' '.join(after)}, which is no IOB2"
    return ""


def _replaced(queries: pl.LazyFrame, changed: Mapping[str, tuple[str, ...] | None]) -> pl.LazyFrame:
    if not changed:
        return queries
    gone = pl.Series([id_ for id_, tags in changed.items() if tags is None], dtype=pl.String).implode()
    kept: dict[str, Any] = {id_: list(tags) for id_, tags in changed.items() if tags is not None}
    columns = queries.collect_schema()
    new = pl.LazyFrame(
        {"query_id": list(kept), "_tags": list(kept.values())},
        schema={"query_id": columns["query_id"], "_tags": columns["tags"]},
    )
    rows = queries.filter(~pl.col("query_id").is_in(gone)).join(new, "query_id", how="left", maintain_order="left")
    is_new = pl.col("_tags").is_not_null()
    if "tag_text" in columns:
        rows = rows.with_columns(tag_text=pl.when(is_new).then(pl.col("_tags").list.join(" ")).otherwise("tag_text"))
    return rows.with_columns(tags=pl.coalesce("_tags", "tags")).select(columns.names())
