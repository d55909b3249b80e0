"""How good a ranked list is, one metric a file. Every household counts the same."""
