"""Two states of a contract side by side: what changed, for whom it matters, and what it does to the data."""
