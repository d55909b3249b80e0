from __future__ import annotations

from random import Random
from typing import Any

import pytest

from ecrec_assets.models.tagger.batches import SPECIAL, Example, encode, ordered_batches, padded, shuffled_batches
from tests.models.tagger.conftest import tiny_network


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return tiny_network().tokenizer


def test_every_piece_knows_its_word_and_every_word_its_first_piece(tokenizer: Any) -> None:
    [example] = encode(tokenizer, [["worcestershyre", "sauce"]], most_pieces=64)
    pieces = tokenizer.convert_ids_to_tokens(example.pieces)
    assert (pieces[0], pieces[-2], pieces[-1]) == ("[CLS]", "sauce", "[SEP]")
    assert len(pieces) > 4
    assert example.firsts == [1, len(pieces) - 2]
    assert example.word_of == [SPECIAL, *[0] * (len(pieces) - 3), 1, SPECIAL]


def test_words_that_do_not_fit_have_no_piece(tokenizer: Any) -> None:
    [example] = encode(tokenizer, [["milk"] * 10], most_pieces=8)
    assert len(example.pieces) == 8
    assert example.firsts == [1, 2, 3, 4, 5, 6, -1, -1, -1, -1]


def test_a_word_of_a_zero_width_mark_only_has_no_piece(tokenizer: Any) -> None:
    [example] = encode(tokenizer, [["milk", "\u200b", "eggs"]], most_pieces=64)
    assert example.firsts == [1, -1, 2]


@pytest.mark.parametrize(("mean", "of_first"), [(False, [0, 1, 0, 0, 0]), (True, [0, 0.5, 0.5, 0, 0])])
def test_a_word_is_its_first_piece_or_the_mean_of_its_pieces(mean: bool, of_first: list[float]) -> None:
    data = [Example([101, 7, 8, 9, 102], [SPECIAL, 0, 0, 1, SPECIAL], [1, 3]), Example([101, 102], [SPECIAL] * 2, [-1])]
    batch = padded(data, [0, 1], 0, mean=mean)
    assert batch.words[0].tolist() == [of_first, [0, 0, 0, 1, 0]]
    assert batch.words[1].sum() == 0
    assert batch.lengths.tolist() == [2, 1]
    assert batch.blank.tolist() == [[False, False], [True, False]]


def examples(lengths: list[int]) -> list[Example]:
    return [Example([1] * n, [SPECIAL] * n, []) for n in lengths]


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
