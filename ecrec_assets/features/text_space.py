"""Texts as weighted words and, reduced, as short vectors: TF-IDF and its main directions (latent semantic analysis).

S. Deerwester et al., "Indexing by Latent Semantic Analysis", JASIS 1990.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from ecrec_assets.features.directions import fit_directions

CONNECTING = ["and", "or", "of", "the", "with", "for", "in"]
WORD = r"(?u)\b[^\W\d]\w+\b"  # two signs or more, not beginning with a digit


@dataclass(frozen=True)
class TextSpace:
    """The fitted state: W words in alphabetical order, what each weighs, and the directions."""

    words: tuple[str, ...]
    rarity: tuple[float, ...]  # inverse document frequency, W
    directions: tuple[tuple[float, ...], ...]  # [size][W]

    def weigh(self, texts: Sequence[str]) -> Any:
        """TF-IDF, sparse float64 [texts, W], rows of length 1; an unknown word weighs nothing."""
        if not self.words:
            return csr_matrix((len(texts), 0))
        tfidf = TfidfVectorizer(token_pattern=WORD, stop_words=CONNECTING, vocabulary=list(self.words))
        tfidf.idf_ = np.array(self.rarity)
        return tfidf.transform(texts)

    def place(self, weighed: Any) -> np.ndarray:
        """Weighed texts as vectors, float64 [texts, size]. The squared length is the share of a text that is kept."""
        directions = np.array(self.directions).reshape(len(self.directions), len(self.words))
        return weighed @ directions.T

    def keywords(self, weighed: Any, count: int) -> pl.DataFrame:
        """`text` (row of `weighed`), `keywords`, `keyword_weights`, heaviest first; a text without words is absent."""
        entries = weighed.tocoo()
        words = np.array(self.words, dtype=object)[entries.col]
        found = pl.DataFrame(
            {"text": entries.row, "word": pl.Series(words, dtype=pl.String), "weight": entries.data},
            schema_overrides={"text": pl.UInt32},
        )
        best = found.sort("text", pl.col("weight").round(9), "word", descending=[False, True, False])
        return best.group_by("text", maintain_order=True).agg(
            keywords=pl.col("word").head(count), keyword_weights=pl.col("weight").head(count).cast(pl.Float32)
        )

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> TextSpace:
        raw = json.loads(text)
        return cls(tuple(raw["words"]), tuple(raw["rarity"]), tuple(map(tuple, raw["directions"])))


def fit_text_space(texts: Sequence[str], *, size: int, seed: int) -> TextSpace:
    """Learns words, their rarity and `size` directions. Texts without a single word give a space without words."""
    tfidf = TfidfVectorizer(token_pattern=WORD, stop_words=CONNECTING)
    if not any(map(tfidf.build_analyzer(), texts)):
        return TextSpace((), (), ((),) * size)
    weighed = tfidf.fit_transform(texts)
    directions = fit_directions(weighed, size=size, seed=seed)
    words = tuple(str(word) for word in tfidf.get_feature_names_out())
    return TextSpace(words, tuple(tfidf.idf_.tolist()), tuple(map(tuple, directions.tolist())))
