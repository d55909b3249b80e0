"""What a frozen encoder and the spelling say of each word of a query: the input of the probe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel, AutoTokenizer

from ecrec_assets.models.tagger.model import quiet, threads
from ecrec_assets.models.tagger.predict import MOST_PIECES, SURROGATE

Features = NDArray[np.float32]
BATCH = 128
SHARES_OF_DEPTH = (1 / 3, 2 / 3, 1.0)  # of 6 layers the second, the fourth and the last: spelling to meaning
FITTED_ON = 4_000  # queries; the directions hardly change with more
LEAST = 1e-6


def word_features(
    queries: Sequence[Sequence[str]], base: Path | str, *, width: int, spelling: int, count: int = 1
) -> Features:
    """Words of all queries × (width + spelling), each column of mean 0 and deviation 1; nothing here reads a label.

    `width` directions of the mean of each word's pieces over three layers of `base` (principal components), and
    `spelling` directions of the character n-grams in it. `count` processor threads.
    """
    with threads(count):
        contextual = _reduced(list(_states(queries, base)), width)
    words = [word for query in queries for word in query]
    return _scaled(np.concatenate([contextual, _spelling(words, spelling)], axis=1)) if words else contextual


def _states(queries: Sequence[Sequence[str]], base: Path | str) -> Iterator[Features]:
    """Words × layers · hidden, a query at a time, in order; 0 for a word without pieces."""
    with quiet():
        model = AutoModel.from_pretrained(str(base), use_safetensors=True).float().eval()
        tokenizer = AutoTokenizer.from_pretrained(str(base))
    clean = [[SURROGATE.sub("\N{REPLACEMENT CHARACTER}", word) for word in query] for query in queries]
    layers = sorted({max(1, round(share * model.config.num_hidden_layers)) for share in SHARES_OF_DEPTH})
    for start in range(0, len(clean), BATCH):
        yield from _of_batch(clean[start : start + BATCH], model, tokenizer, layers)


def _of_batch(queries: list[list[str]], model: Any, tokenizer: Any, layers: list[int]) -> list[Features]:
    found = tokenizer(
        queries, is_split_into_words=True, truncation=True, max_length=MOST_PIECES, padding=True, return_tensors="pt"
    )
    with torch.inference_mode():
        states = model(
            input_ids=found["input_ids"], attention_mask=found["attention_mask"], output_hidden_states=True
        ).hidden_states
    pieces = torch.cat([states[layer] for layer in layers], dim=-1).numpy()
    return [_means(pieces[row], found.word_ids(row), len(query)) for row, query in enumerate(queries)]


def _means(pieces: Features, word_of: Sequence[int | None], words: int) -> Features:
    places = [place for place, word in enumerate(word_of) if word is not None]
    of_word = [word for word in word_of if word is not None]
    sums = np.zeros((words, pieces.shape[1]), dtype=np.float32)
    np.add.at(sums, of_word, pieces[places])
    pieces_of = np.bincount(of_word, minlength=words).clip(min=1).astype(np.float32)
    means: Features = sums / pieces_of[:, None]
    return means


def _reduced(states: list[Features], width: int) -> Features:
    """The principal directions, weighed by how much they vary."""
    if not states:
        return np.zeros((0, width), dtype=np.float32)
    step = max(1, len(states) // FITTED_ON)
    sample = np.concatenate(states[::step])
    mean = sample.mean(axis=0)
    _, directions = np.linalg.eigh((sample - mean).T @ (sample - mean))
    kept = directions[:, ::-1][:, :width].astype(np.float32)
    return np.concatenate([(query - mean) @ kept for query in states])


def _spelling(words: Sequence[str], width: int) -> Features:
    """Latent directions of the character n-grams (2 to 4, with word ends) of each word, case left out."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    known = {word: row for row, word in enumerate(sorted({word.lower() for word in words}))}
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32)
    found = grams.fit_transform([SURROGATE.sub("\N{REPLACEMENT CHARACTER}", word) for word in known])
    width = min(width, found.shape[1] - 1, found.shape[0])
    vectors = TruncatedSVD(width, n_iter=2, random_state=0).fit_transform(found)
    return np.asarray(vectors[[known[word.lower()] for word in words]], dtype=np.float32)


def _scaled(values: Features) -> Features:
    return ((values - values.mean(axis=0)) / (values.std(axis=0) + LEAST)).astype(np.float32)
