"""A Polars execution engine for Great Expectations: unchanged suites run on a LazyFrame, in at most two queries."""
