"""The guessing of hidden words: which are hidden, and the network that guesses them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

NOT_HIDDEN = -1
MASKED, KEPT = 0.8, 0.1


class Text(NamedTuple):
    """A text in word pieces; `words` holds the places of the pieces of each word."""

    pieces: tuple[int, ...]
    words: tuple[tuple[int, ...], ...]


def read_texts(tokenizer: Any, texts: Sequence[str | None], most_pieces: int) -> list[Text]:
    """Each different text once, in the order given; texts of one word teach nothing here and are left out."""
    distinct = dict.fromkeys(" ".join(text.lower().split()) for text in texts if text)
    words = [text.split() for text in distinct if " " in text]
    if not words:
        return []
    found = tokenizer(words, is_split_into_words=True, truncation=True, max_length=most_pieces)
    return [_text(found["input_ids"][row], found.word_ids(row)) for row in range(len(words))]


def _text(pieces: list[int], word_of: list[int | None]) -> Text:
    places: dict[int, list[int]] = {}
    for place, word in enumerate(word_of):
        if word is not None:
            places.setdefault(word, []).append(place)
    return Text(tuple(pieces), tuple(tuple(each) for each in places.values()))


class Masker:
    """Hides words of a batch: of those to guess 80 % are masked, 10 % kept, 10 % replaced (Devlin et al., 2019)."""

    def __init__(self, tokenizer: Any, pieces: Sequence[int], share: float) -> None:
        self.mask, self.pad, self.pieces, self.share = tokenizer.mask_token_id, tokenizer.pad_token_id, pieces, share
        self.number = {piece: number for number, piece in enumerate(pieces)}

    def __call__(self, texts: Sequence[Text], chance: Random) -> tuple[Tensor, Tensor, Tensor]:
        """Pieces, attention mask and answers (numbers into `pieces`, NOT_HIDDEN elsewhere), texts × longest."""
        width = max(len(text.pieces) for text in texts)
        rows = torch.full((len(texts), width), self.pad)
        seen, answers = torch.zeros_like(rows), torch.full_like(rows, NOT_HIDDEN)
        for row, text in enumerate(texts):
            rows[row, : len(text.pieces)] = torch.tensor(text.pieces)
            seen[row, : len(text.pieces)] = 1
            for place, shown in self._hidden(text, chance):
                answers[row, place] = self.number[text.pieces[place]]
                rows[row, place] = shown
        return rows, seen, answers

    def _hidden(self, text: Text, chance: Random) -> Iterator[tuple[int, int]]:
        """Places to guess, and what is shown there."""
        for word in chance.sample(text.words, max(1, round(self.share * len(text.words)))):
            kind = chance.random()
            for place in word:
                if kind < MASKED:
                    yield place, self.mask
                else:
                    yield place, text.pieces[place] if kind < MASKED + KEPT else chance.choice(self.pieces)


class MaskedWords(nn.Module):
    """An encoder with a new layer that guesses pieces; `pieces` are the ids that can be guessed."""

    def __init__(self, encoder: Any, texts: Sequence[Text]) -> None:
        super().__init__()
        counts = Counter(piece for text in texts for piece in text.pieces)
        self.pieces = sorted(counts)
        shares = torch.tensor([counts[piece] for piece in self.pieces], dtype=torch.float)
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.guess = nn.ModuleDict({"dense": nn.Linear(width, width), "norm": nn.LayerNorm(width)})
        self.guess.register_parameter("bias", nn.Parameter((shares / shares.sum()).log()))
        self.guess.register_parameter("scale", nn.Parameter(torch.tensor(0.5)))
        vectors = encoder.get_input_embeddings().weight
        vectors.requires_grad_(False)
        known = torch.nn.functional.normalize(vectors.detach()[self.pieces], dim=-1)
        self.register_buffer("vectors", known, persistent=False)

    def trained_encoder(self) -> Iterator[nn.Parameter]:
        """Weights of the encoder that a guess reaches; vectors of word pieces stay, since rare ones would drift."""
        for name, weights in self.encoder.named_parameters():
            if weights.requires_grad and not name.startswith("pooler."):
                yield weights

    def forward(self, pieces: Tensor, seen: Tensor, answers: Tensor) -> Tensor:
        """Mean cross-entropy of the hidden pieces."""
        states = self.encoder(input_ids=pieces, attention_mask=seen).last_hidden_state[answers != NOT_HIDDEN]
        states = self.guess["norm"](nn.functional.gelu(self.guess["dense"](states)))
        guesses = states @ self.vectors.T * self.guess.scale + self.guess.bias
        return nn.functional.cross_entropy(guesses, answers[answers != NOT_HIDDEN])
