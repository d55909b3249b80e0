from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from ecrec_assets.features.directions import fit_directions, lengths, vector_column
from ecrec_assets.features.taste import TasteConfig, taste_vectors
from tests.features.shop import Line, Shop

MEAT, MILK = (1, 2, 3), (4, 5, 6)
TWO_TASTES = Shop(
    [
        Line(household, product, week=1, hour=product)
        for household, products in [(1, MEAT), (2, MEAT), (3, MILK), (4, MILK)]
        for product in products
    ]
)


def vectors(frame: pl.LazyFrame, key: str) -> dict[int, np.ndarray]:
    found = frame.collect()
    return {row[0]: np.array(row[1]) for row in found.select(key, "taste_vector").iter_rows()}


def test_a_household_is_near_the_products_of_its_taste_and_far_from_the_others() -> None:
    tastes = taste_vectors(TWO_TASTES.transactions(), cutoff_week=5, config=TasteConfig(size=2, min_buyers=2))
    households, products = vectors(tastes.households, "household_id"), vectors(tastes.products, "product_id")
    for household, own, other in [(1, MEAT, MILK), (4, MILK, MEAT)]:
        assert [households[household] @ products[p] for p in own] == pytest.approx([1 / np.sqrt(3)] * 3, abs=1e-6)
        assert [households[household] @ products[p] for p in other] == pytest.approx([0] * 3, abs=1e-6)


def test_kept_is_one_where_the_directions_hold_everything_and_less_where_they_cannot() -> None:
    lines = TWO_TASTES.transactions()
    two = taste_vectors(lines, cutoff_week=5, config=TasteConfig(size=2, min_buyers=2)).households.collect()
    assert two["taste_kept"].to_list() == pytest.approx([1] * 4)
    one = taste_vectors(lines, cutoff_week=5, config=TasteConfig(size=1, min_buyers=2)).households.collect()
    assert one["taste_kept"].sum() == pytest.approx(2)


def test_a_households_vector_can_be_made_again_from_the_products_alone() -> None:
    tastes = taste_vectors(TWO_TASTES.transactions(), cutoff_week=5, config=TasteConfig(size=2, min_buyers=2))
    households, products = vectors(tastes.households, "household_id"), vectors(tastes.products, "product_id")
    again = sum(products[product] / np.sqrt(3) for product in MEAT)
    assert households[1] == pytest.approx(again, abs=1e-6)


def test_directions_beyond_the_rank_are_zero_so_that_every_vector_has_its_size() -> None:
    matrix = np.array([[1.0, 2.0, 0.0], [2.0, 4.0, 0.0]])
    directions = fit_directions(_sparse(matrix), size=4, seed=0)
    assert lengths(directions) == pytest.approx([1, 0, 0, 0])
    assert matrix @ directions.T @ directions == pytest.approx(matrix)


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0), (2, 3)])
def test_nothing_to_learn_from_gives_zeros(shape: tuple[int, int]) -> None:
    assert fit_directions(_sparse(np.zeros(shape)), size=2, seed=0).tolist() == np.zeros((2, shape[1])).tolist()


def test_the_same_seed_gives_the_same_directions() -> None:
    matrix = _sparse(np.random.default_rng(3).random((30, 40)))
    assert fit_directions(matrix, size=3, seed=1).tolist() == fit_directions(matrix, size=3, seed=1).tolist()


def test_vectors_are_lists_of_float32() -> None:
    column = vector_column(np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert column.dtype == pl.List(pl.Float32)
    assert column.to_list() == [[1, 2], [3, 4]]


def _sparse(values: np.ndarray) -> object:
    from scipy.sparse import csr_matrix

    return csr_matrix(values)
