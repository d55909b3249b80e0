"""Product titles whose attribute values stand in them word for word, as words with IOB2 tags.

AE-110k and OA-Mine are published this way: a title and the values of its attributes. The types come from the data.
A value is found as distant supervision finds it (Mintz et al., ACL 2009), but the values were chosen for this title
by its seller, so a match is seldom wrong; what has no value stays O although it may be one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import polars as pl

TITLES = pl.Schema(
    {"text": pl.String(), "values": pl.List(pl.Struct({"attribute": pl.String(), "value": pl.String()}))}
)
WORD = re.compile(r"[^\W_]+(?:[-.'’/&+#][^\W_]+)*|[^\s]")
NO_VALUE = frozenset({"", "n/a", "na", "none"})


class Found(NamedTuple):
    """A value in words `first` to `after` (exclusive) of its title."""

    kind: str
    first: int
    after: int


def attribute_titles(rows: Iterable[Mapping[str, Any]]) -> pl.LazyFrame:
    """Rows as ExtractGPT publishes them (`input`: the title, `target_scores`: attribute -> value -> 1) as text, values.

    Raises ValueError naming the row that lacks one of the two.
    """
    return pl.LazyFrame([_title(number, row) for number, row in enumerate(rows)], schema=TITLES, orient="row")


def _title(number: int, row: Mapping[str, Any]) -> tuple[str, list[dict[str, str]]]:
    missing = [name for name in ("input", "target_scores") if name not in row]
    if missing:
        has = ", ".join(row) or "nothing"
        raise ValueError(f"row {number} of the titles has no {' and no '.join(missing)}; it has {has}")
    scores: Mapping[str, Mapping[str, Any]] = row["target_scores"]
    return str(row["input"]), [{"attribute": k, "value": v} for k, found in scores.items() for v in found]


def attribute_spans(titles: pl.LazyFrame) -> pl.LazyFrame:
    """`titles` (text, values) with `tokens` and `tags`: one IOB2 tag a word, attributes in snake case as types.

    Of values that overlap the longer one counts; a value that begins or ends inside a word is left out.
    """
    schema = {"tokens": pl.List(pl.String), "tags": pl.List(pl.String)}
    found = pl.struct("text", "values").map_elements(_tagged, return_dtype=pl.Struct(schema))
    return titles.with_columns(found.alias("_found")).unnest("_found")


def attribute_types(spans: pl.LazyFrame, *, least: int = 1) -> tuple[str, ...]:
    """The types of `attribute_spans` with at least `least` spans, the most frequent first."""
    tags = spans.select(pl.col("tags").explode().alias("tag")).filter(pl.col("tag").str.starts_with("B-"))
    counts = tags.group_by(pl.col("tag").str.slice(2)).len().filter(pl.col("len") >= least)
    return tuple(counts.sort(["len", "tag"], descending=[True, False]).collect()["tag"])


def type_name(attribute: str) -> str:
    """`Back / Side Material` -> `back_side_material`."""
    return "_".join(re.findall(r"[^\W_]+", attribute.lower())) or "other"


def _tagged(title: Mapping[str, Any]) -> dict[str, list[str]]:
    words = list(WORD.finditer(title["text"] or ""))
    tags = ["O"] * len(words)
    starts = {word.start(): number for number, word in enumerate(words)}
    ends = {word.end(): number + 1 for number, word in enumerate(words)}
    wanted = {(type_name(each["attribute"]), each["value"].strip()) for each in title["values"] or []}
    for kind, value in sorted(wanted, key=lambda pair: (-len(pair[1]), pair)):
        for span in _places(title["text"], kind, value, starts, ends):
            if all(tag == "O" for tag in tags[span.first : span.after]):
                tags[span.first : span.after] = [f"B-{kind}", *[f"I-{kind}"] * (span.after - span.first - 1)]
    return {"tokens": [word.group() for word in words], "tags": tags}


def _places(text: str, kind: str, value: str, starts: dict[int, int], ends: dict[int, int]) -> Iterator[Found]:
    """Every place where the value stands as whole words, case left out."""
    if value.lower() in NO_VALUE:
        return
    for match in re.finditer(re.escape(value), text, re.IGNORECASE):
        first, after = starts.get(match.start()), ends.get(match.end())
        if first is not None and after is not None:
            yield Found(kind, first, after)
