"""The clean rows on their way into a commit, counted as they pass; a wrong count stops the commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import polars as pl

from ecrec_assets.lake.booking import Counts
from ecrec_assets.lake.errors import NotPublishable

if TYPE_CHECKING:
    import pyarrow as pa


class CountedStream:
    """Batches of `frame` for the Delta writer. When the last one is gone, `expected` rows by value must have passed.

    The writer commits only after the stream has ended, so an error raised here means that nothing is published.
    Arrow's C interface turns that error into text: the original is kept in `error`.
    """

    def __init__(self, frame: pl.LazyFrame, column: str | None, expected: Counts, at: Callable[[str], None]) -> None:
        self.error: Exception | None = None
        self._frame = frame
        self._column = column
        self._expected = {value: rows for value, rows in expected.items() if rows}
        self._passed: Counter[int | None] = Counter()
        self._at = at

    def reader(self) -> pa.RecordBatchReader:
        import pyarrow as pa

        schema = pl.DataFrame(schema=self._frame.collect_schema()).to_arrow().schema
        return pa.RecordBatchReader.from_batches(schema, self._batches(schema))

    def _batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        try:
            for batch in self._frame.collect_batches(maintain_order=True, engine="streaming"):
                self._count(batch)
                table = batch.to_arrow()
                if table.schema != schema:  # the reader would take the buffers for what they are not
                    raise TypeError(f"a batch has the schema {table.schema}, not {schema}")
                yield from table.to_batches()
                self._at("writing")
            self._close()
            self._at("written")
        except Exception as error:
            self.error = error
            raise

    def _count(self, batch: pl.DataFrame) -> None:
        if self._column is None:
            self._passed[None] += batch.height
        else:
            self._passed.update(dict(batch[self._column].cast(pl.Int64).value_counts().iter_rows()))

    def _close(self) -> None:
        if self._passed != self._expected:
            differing = {value for value, _ in self._passed.items() ^ self._expected.items()}
            where = f", differing in {self._column} {sorted(differing, key=str)}" if self._column else ""
            raise NotPublishable(
                f"rows in are not rows out: {sum(self._expected.values()):,} rows had to be published, "
                f"{self._passed.total():,} came{where}"
            )
