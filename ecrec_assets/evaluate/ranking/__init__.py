"""How good a ranked list is, one metric a file. Every user counts the same."""
