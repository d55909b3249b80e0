from __future__ import annotations

from random import Random
from typing import Any

import pytest

from ecrec_assets.models.tagger.batches import Example, encode, ordered_batches, shuffled_batches
from ecrec_assets.models.tagger.labels import IGNORED, TAG_IDS
from tests.models.tagger.conftest import tiny_network


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return tiny_network().tokenizer


def test_only_the_first_piece_of_a_word_has_a_label(tokenizer: Any) -> None:
    [example] = encode(tokenizer, [["worcestershyre", "sauce"]], [["B-Item", "I-Item"]], most_pieces=64)
    pieces = tokenizer.convert_ids_to_tokens(example.pieces)
    assert pieces[0] == "[CLS]"
    assert pieces[-1] == "[SEP]"
    assert len(pieces) > 4
    labelled = [(piece, label) for piece, label in zip(pieces, example.labels, strict=True) if label != IGNORED]
    assert labelled == [(pieces[1], TAG_IDS["B-Item"]), ("sauce", TAG_IDS["I-Item"])]
    assert [example.pieces[first] for first in example.firsts] == [example.pieces[1], example.pieces[-2]]


def test_words_that_do_not_fit_have_no_piece_and_no_label(tokenizer: Any) -> None:
    [example] = encode(tokenizer, [["milk"] * 10], [["O"] * 10], most_pieces=8)
    assert len(example.pieces) == 8
    assert example.firsts == [1, 2, 3, 4, 5, 6, -1, -1, -1, -1]


def test_a_word_of_a_zero_width_mark_only_has_no_piece(tokenizer: Any) -> None:
    [example] = encode(tokenizer, [["milk", "\u200b", "eggs"]], most_pieces=64)
    assert example.firsts == [1, -1, 2]


def examples(lengths: list[int]) -> list[Example]:
    return [Example([1] * n, [IGNORED] * n, []) for n in lengths]


def test_a_batch_is_as_long_as_its_own_longest_query() -> None:
    batches = list(ordered_batches(examples([9, 3, 4, 10]), 2, 0))
    assert [batch.rows for batch in batches] == [[1, 2], [0, 3]]
    assert [tuple(batch.pieces.shape) for batch in batches] == [(2, 4), (2, 10)]
    assert batches[0].mask.tolist() == [[1, 1, 1, 0], [1, 1, 1, 1]]


def test_every_example_comes_once_an_epoch_in_another_order_each_time() -> None:
    data = examples([3 + n % 20 for n in range(1000)])
    first, again, other = (
        [batch.rows for batch in shuffled_batches(data, 16, 0, Random(seed))] for seed in (1, 1, 2)
    )  # fmt: skip
    assert sorted(row for rows in first for row in rows) == list(range(1000))
    assert first == again
    assert first != other


def test_bucketing_leaves_little_padding() -> None:
    data = examples([3 + n % 20 for n in range(1000)])
    cells = sum(batch.pieces.numel() for batch in shuffled_batches(data, 16, 0, Random(1)))
    used = sum(len(example.pieces) for example in data)
    assert used / cells > 0.93
