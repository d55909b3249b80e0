"""The labels of a table at a glance: how many of each type, and how many of them are probably wrong."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from ecrec_assets.prepare.label_noise.confident import Noise
from ecrec_assets.prepare.label_noise.quality import span_noise, word_noise
from ecrec_assets.prepare.label_noise.segments import OUTSIDE
from ecrec_assets.prepare.label_noise.words import Words, words_of_report

ALL = "all"
SCHEMA = pl.Schema(
    {
        "unit": pl.String(),
        "type": pl.String(),
        "labels": pl.Int64(),
        "share": pl.Float64(),
        "noise": pl.Float64(),
        "truly": pl.String(),
        "truly_share": pl.Float64(),
    }
)
JOINT = pl.Schema({"unit": pl.String(), "given": pl.String(), "truly": pl.String(), "share": pl.Float64()})


def label_summary(report: pl.LazyFrame, *, tags: Sequence[str]) -> pl.LazyFrame:
    """By unit (span, word) and type, `all` first: labels, their share of the spans or words, and estimated noise.

    `noise` is the estimated share of these labels that are wrong, `truly` the type that they most often are instead and
    `truly_share` the estimated share of these labels. O counts words for both units, and no share of the spans.
    """
    words = words_of_report(report, tags)
    rows = [row for unit, noise in _noises(words) for row in _rows(unit, words.types, noise)]
    return pl.LazyFrame(rows, schema=SCHEMA, orient="row")


def noise_joint(report: pl.LazyFrame, *, tags: Sequence[str]) -> pl.LazyFrame:
    """Estimated share of all spans (words) that were given one type and truly have another or the same."""
    words = words_of_report(report, tags)
    rows = [
        (unit, given, truly, float(noise.joint[i, j]))
        for unit, noise in _noises(words)
        for i, given in enumerate(words.types)
        for j, truly in enumerate(words.types)
    ]
    return pl.LazyFrame(rows, schema=JOINT, orient="row")


def _noises(words: Words) -> tuple[tuple[str, Noise], ...]:
    return (("span", span_noise(words)), ("word", word_noise(words)))


def _rows(unit: str, types: Sequence[str], noise: Noise) -> list[tuple[object, ...]]:
    counted = [i for i, kind in enumerate(types) if unit == "word" or kind != OUTSIDE]
    total = int(noise.rows[counted].sum())
    rows: list[tuple[object, ...]] = [(unit, ALL, total, 1.0, noise.share, None, None)]
    for i, kind in enumerate(types):
        labels = int(noise.rows[i])
        if not labels:
            rows.append((unit, kind, 0, 0.0, None, None, None))
            continue
        others = np.where(np.arange(len(types)) == i, 0, noise.joint[i]) / noise.joint[i].sum()
        most = int(others.argmax())
        truly = (types[most], float(others[most])) if others[most] > 0 else (None, None)
        share = labels / total if i in counted and total else None
        rows.append((unit, kind, labels, share, float(noise.by_class[i]), *truly))
    return rows
