"""Contracts: what a dataset or a model has to fulfil, and the gate that checks it."""

from __future__ import annotations

import os

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # read by Great Expectations when it is imported, so set first
