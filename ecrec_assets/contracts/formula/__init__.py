"""A small language for values of a row: arithmetic, comparisons and a few functions, read by a parser of its own.

Nothing in it can call Python, read a file or see another row.
"""
