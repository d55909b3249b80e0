"""A context of Great Expectations that knows Polars."""

from __future__ import annotations

from typing import Any

import great_expectations as gx
from great_expectations.data_context import AbstractDataContext

from ecrec_assets.contracts.engine import datasource as _plug_in  # noqa: F401  (adds `data_sources.add_polars`)


def get_context(**kwargs: Any) -> AbstractDataContext:
    """`great_expectations.get_context`, with the data source in place before stored ones of type `polars` are read."""
    return gx.get_context(**kwargs)
