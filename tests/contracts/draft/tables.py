"""A small shop whose rows are made, not drawn: the same every time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

NOW = datetime(2024, 4, 1, tzinfo=UTC)
START = datetime(2024, 1, 1, 9)
ROWS = 2_000


def orders(rows: int = ROWS) -> pl.DataFrame:
    """One row an order: key, customer, product, class, measures, times, code and text."""
    number = range(rows)
    ordered = [START + timedelta(minutes=60 * i) for i in number]
    return pl.DataFrame(
        {
            "order_id": [10_000 + i for i in number],
            "customer_id": [1 + (i * 37) % 211 for i in number],
            "product_id": [500_000 + (i * 7919) % 97 for i in number],
            "channel": [("shop", "web", "phone")[(i * 31) % 7 % 3] for i in number],
            "pieces": [1 + (i * 13) % 5 * ((i * 7) % 3) for i in number],
            "price": [round(2 + (i * 17 % 400) / 20, 2) for i in number],
            "ordered_at": ordered,
            "shipped_at": [at + timedelta(hours=i * 11 % 240) for i, at in enumerate(ordered)],
            "voucher": [f"AB-{i % 700:05d}" if i % 3 else None for i in number],
            "note": [f"please ring {'twice ' * (i % 4)}at door {i % 300}" for i in number],
            "email": [f"someone{i}@example.org" for i in number],
        },
        schema_overrides={"ordered_at": pl.Datetime("us"), "shipped_at": pl.Datetime("us")},
    )


def products() -> pl.DataFrame:
    return pl.DataFrame({"product_id": [500_000 + i for i in range(97)], "name": [f"thing {i}" for i in range(97)]})


REFERENCES = {"raw/products": products().lazy()}
