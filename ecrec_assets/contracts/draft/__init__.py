"""Drafts a contract from a table: one detector a file, every rule with the evidence it came from."""
