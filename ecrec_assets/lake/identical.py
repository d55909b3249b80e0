"""Finding rows of a large frame that are identical to given ones, by their text."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from ecrec_assets.lake.booking import PART
from ecrec_assets.lake.row_text import all_can_be, frame_of, texts_of
from ecrec_assets.verdict import MENDED, PERIOD

ROW = "_row"
ROW_ID = "_row_id"
TEXT = "_text"
UNREADABLE = "_unreadable"
MARKS = ("_failed_rules", "_contract_version", "_verdict_id", "_run_id", PART, PERIOD, MENDED, ROW, ROW_ID, TEXT)

PLAIN = (pl.Int64, pl.Int32, pl.Int16, pl.Int8, pl.UInt32, pl.UInt16, pl.UInt8, pl.String, pl.Date, pl.Boolean)


def values_of(schema: Iterable[str]) -> list[str]:
    """The columns that make a row what it is; what the gate and the lake noted of it is left out."""
    return [name for name in schema if name not in MARKS]


def identical_rows(frame: pl.LazyFrame, texts: set[str]) -> pl.DataFrame:
    """The rows with one of these texts: their number `_row`, their `_text` and every column, in the order of the frame.

    A semi-join on the columns that compare exactly leaves few rows to spell out.
    """
    schema = frame.collect_schema()
    columns = values_of(schema)
    keys = [name for name in columns if schema[name] in PLAIN]
    wanted = _typed(texts, {name: schema[name] for name in keys})
    rows = frame.with_row_index(ROW)
    if keys and texts:
        rows = rows.join(wanted.unique().lazy(), on=keys, how="semi", nulls_equal=True)
    found = rows.collect(engine="streaming").sort(ROW) if texts else rows.clear().collect()
    return found.with_columns(pl.Series(TEXT, texts_of(found, columns), dtype=pl.String)).filter(
        pl.col(TEXT).is_in(list(texts))
    )


def _typed(texts: set[str], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """A text whose values are not of the columns' types is identical to no row."""
    if not all_can_be(texts, schema):
        texts = {text for text in texts if all_can_be([text], schema)}
    return frame_of(texts, schema)
