"""Orders for the benchmarks of the engine: six columns of generated data, written piece by piece.

Few rows break the suite, as in a table that is worth checking: one id in two million is given twice, one price in
twenty is missing, one quantity in five million is negative.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

PIECE = 1_000_000
START = datetime(2025, 1, 1)
STATES = ("placed", "paid", "packed", "shipped", "delivered", "returned", "refunded", "cancelled")
SCRAMBLE, MASK = 0x9E3779B97F4A7C15 | 1, (1 << 40) - 1
REPEATED, NEGATIVE = 2_000_000, 5_000_000


def path_of(folder: Path, rows: int) -> Path:
    """The file of `rows` orders below `folder`; made when it is not there, complete or not at all."""
    path = folder / f"orders-{rows}.parquet"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        write(path.with_suffix(".part"), rows)
        path.with_suffix(".part").rename(path)
    return path


def write(path: Path, rows: int) -> None:
    """Never holds more than one piece."""
    schema = piece(0, 1).to_arrow().schema
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for start in range(0, rows, PIECE):
            writer.write_table(piece(start, min(PIECE, rows - start)).to_arrow().cast(schema))


def piece(start: int, rows: int) -> pl.DataFrame:
    """Orders `start` to `start + rows`; the same whatever pieces they are made in by `PIECE`."""
    rng = np.random.default_rng(start)
    row = np.arange(start, start + rows, dtype=np.uint64)
    named = np.where(row % REPEATED == REPEATED - 1, row // 2, row)
    quantity = rng.integers(1, 100, rows)
    quantity[row % NEGATIVE == NEGATIVE - 1] = -1
    price = np.round(rng.lognormal(3, 1, rows), 2)
    letters = pl.Series(rng.integers(0, 26, rows)).cast(pl.UInt32)
    return pl.DataFrame(
        {
            "order_id": ((named * np.uint64(SCRAMBLE)) & np.uint64(MASK)).astype(np.int64),
            "letter": letters,
            "digits": rng.integers(1_000, 10_000, rows),
            "state": rng.integers(0, len(STATES), rows, dtype=np.uint32),
            "quantity": quantity,
            "price": price,
            "missing": rng.random(rows) < 0.05,
            "seconds": rng.integers(0, 365 * 86_400, rows),
        }
    ).select(
        "order_id",
        sku=pl.col("letter").replace_strict(dict(enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), return_dtype=pl.String)
        + "-"
        + pl.col("digits").cast(pl.String),
        state=pl.col("state").replace_strict(dict(enumerate(STATES)), return_dtype=pl.String),
        quantity="quantity",
        price=pl.when(~pl.col("missing")).then("price"),
        sold_at=pl.lit(START).cast(pl.Datetime("us")) + pl.duration(seconds="seconds"),
    )
