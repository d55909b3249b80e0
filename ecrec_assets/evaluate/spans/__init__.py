"""Labelled spans of words: found against given."""
