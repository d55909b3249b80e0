"""Bought or not: how well a score parts the two."""
