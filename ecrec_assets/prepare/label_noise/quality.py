"""How likely the label of a word and of a span is right: the scores that found planted errors best."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecrec_assets.prepare.label_noise.confident import Noise, estimated_noise
from ecrec_assets.prepare.label_noise.scoring import SCORINGS, Scoring
from ecrec_assets.prepare.label_noise.words import Words

SCORING: Scoring = "ratio"  # of five the best where errors are those of annotators, see docs/labels.md


def word_quality(words: Words, scoring: Scoring = SCORING) -> NDArray[np.float64]:
    """0 to 1 a word: how likely its type is right."""
    return SCORINGS[scoring](words.given_type, words.type_chances)


def span_quality(words: Words, scoring: Scoring = SCORING) -> NDArray[np.float64]:
    """0 to 1 a segment: how likely its type is right, by the mean of its words' probabilities."""
    return SCORINGS[scoring](words.given_type[words.starts], words.mean_of_segments(words.type_chances))


def word_noise(words: Words) -> Noise:
    """Estimated wrong types, by word; classes are `words.types`."""
    return estimated_noise(words.given_type, words.type_chances)


def span_noise(words: Words) -> Noise:
    """Estimated wrong types, by segment: a span, or a word outside of spans."""
    return estimated_noise(words.given_type[words.starts], words.mean_of_segments(words.type_chances))
