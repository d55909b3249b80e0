"""Shared Dagster machinery: what makes an asset gated, partitioned, tracked and cheap to run twice."""
