"""Ids of quarantined rows: what stands for a row as the source delivered it, the same in every run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import polars as pl

from ecrec_assets.lake.identical import ROW_ID, TEXT, identical_rows, values_of
from ecrec_assets.lake.mends import Mend
from ecrec_assets.lake.row_text import digest_of, texts_of
from ecrec_assets.verdict import MENDED


def numbered(texts: Iterable[str], before: Mapping[str, int] | None = None) -> list[str]:
    """An id a text; identical ones are told apart by their place: `4f…`, `4f…-1`, `4f…-2`.

    `before` counts identical rows that come earlier without being listed.
    """
    seen = Counter(before or {})
    ids = []
    for text in texts:
        place = seen[text]
        seen[text] += 1
        ids.append(digest_of(text) + (f"-{place}" if place else ""))
    return ids


def with_ids(quarantined: pl.DataFrame, published: pl.LazyFrame, mends: Mapping[str, Mend]) -> pl.DataFrame:
    """The quarantined rows with `_row_id`, the id of the row the source delivered, and `_text`.

    Of identical rows the published ones came first. A row that was mended and failed again keeps its original's id.
    """
    texts = texts_of(quarantined, values_of(quarantined.columns))
    origin = quarantined[MENDED].to_list() if MENDED in quarantined.columns else [None] * len(texts)
    untouched = [text for text, mended in zip(texts, origin, strict=True) if mended is None]
    ids = iter(numbered(untouched, _published(published, set(untouched), mends, set(origin))))
    return quarantined.with_columns(
        pl.Series(ROW_ID, [mended or next(ids) for mended in origin], dtype=pl.String),
        pl.Series(TEXT, texts, dtype=pl.String),
    )


def _published(
    published: pl.LazyFrame, texts: set[str], mends: Mapping[str, Mend], still_failing: set[str | None]
) -> Counter[str]:
    """How often the source delivered each text to the published rows: those that a mend made do not count."""
    counts = Counter(identical_rows(published, texts)[TEXT].to_list())
    made = Counter(mend.mended for id_, mend in mends.items() if mend.mended in counts and id_ not in still_failing)
    return counts - made
