from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable
from importlib import import_module

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import ecrec_assets.features
from ecrec_assets.features.next_purchase_selection import next_purchase_selection
from tests.features.shop import FEATURES, Line, Promotion, Shop, lines, promotions

CUTOFF = 6
PAST, FUTURE = st.integers(1, CUTOFF), st.integers(CUTOFF + 1, 12)
OF_LINES = [function for function in FEATURES if "lines" in inspect.signature(function).parameters]
COUNTING = ("household_features", "product_features", "pair_features", "bought_pairs", "trip_features")
every_feature = pytest.mark.parametrize("features", FEATURES, ids=lambda function: function.__name__)


def frame(features: Callable[..., object], shop: Shop, week: int = CUTOFF) -> pl.DataFrame:
    found = FEATURES[features](shop, week).collect()
    return found.sort([name for name in ("household_id", "product_id") if name in found.columns])


@every_feature
@given(
    past=lines(PAST),
    future=lines(FUTURE),
    other_future=lines(FUTURE),
    promoted=promotions(PAST),
    promoted_later=promotions(FUTURE),
)
@settings(max_examples=12, deadline=None)
def test_nothing_after_the_cut_off_changes_a_feature(
    features: Callable[..., object], past: list, future: list, other_future: list, promoted: list, promoted_later: list
) -> None:
    alone = frame(features, Shop(past, promoted))
    with_future = Shop([*future, *past], [*promoted_later, *promoted], households_known=9, products_known=9)
    with_other = Shop([*past, *other_future], promoted, products_known=20)
    assert_frame_equal(frame(features, with_future), alone, rel_tol=1e-9, abs_tol=1e-9)
    assert_frame_equal(frame(features, with_other), alone, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("features", OF_LINES, ids=lambda function: function.__name__)
@given(past=lines(PAST, least=3), data=st.data())
@settings(max_examples=12, deadline=None)
def test_taking_away_what_is_known_of_a_product_changes_the_features(
    features: Callable[..., object], past: list, data: st.DataObject
) -> None:
    shop = Shop(past)
    before = frame(features, shop)
    if before.height == 0:
        return  # a taste needs products that two households share
    keys = before["product_id"].drop_nulls().to_list() if "product_id" in before.columns else [p.product for p in past]
    forgotten = data.draw(st.sampled_from(sorted(set(keys))))
    after = frame(features, shop.with_lines(line for line in past if line.product != forgotten))
    assert not after.equals(before)


@pytest.mark.parametrize(
    "name", ["household_features", "product_features", "pair_features", "bought_pairs", "trip_features"]
)
@given(past=lines(PAST, least=1), data=st.data())
@settings(max_examples=12, deadline=None)
def test_taking_away_any_line_of_the_past_changes_the_features(name: str, past: list, data: st.DataObject) -> None:
    features = next(function for function in FEATURES if function.__name__ == name)
    lost = data.draw(st.integers(0, len(past) - 1))
    without = Shop(past).with_lines(line for row, line in enumerate(past) if row != lost)
    assert not frame(features, without).equals(frame(features, Shop(past)))


def test_taking_away_a_promotion_of_the_past_changes_its_exposure() -> None:
    features = next(function for function in FEATURES if function.__name__ == "promotion_exposure")
    both = Shop([], [Promotion(1, CUTOFF), Promotion(1, CUTOFF - 1)])
    assert not frame(features, Shop([], both.promotions[:1])).equals(frame(features, both))


@every_feature
@given(past=lines(PAST), promoted=promotions(PAST), seed=st.randoms(use_true_random=False))
@settings(max_examples=8, deadline=None)
def test_the_order_of_the_rows_changes_nothing(
    features: Callable[..., object], past: list, promoted: list, seed: st.Random
) -> None:
    shuffled = seed.sample(past, len(past))
    assert_frame_equal(
        frame(features, Shop(shuffled, promoted[::-1])),
        frame(features, Shop(past, promoted)),
        rel_tol=1e-9,
        abs_tol=1e-9,
    )


@every_feature
def test_an_empty_past_gives_an_empty_table_of_the_same_columns(features: Callable[..., object]) -> None:
    full = FEATURES[features](Shop([Line(1, 1, 2), Line(2, 1, 3)], [Promotion(1, 2)]), CUTOFF)
    empty = FEATURES[features](Shop([]), CUTOFF)
    assert empty.collect().height == 0
    assert empty.collect_schema() == full.collect_schema()


def test_no_feature_function_is_left_out_of_these_tests() -> None:
    modules = [
        import_module(f"ecrec_assets.features.{m.name}") for m in pkgutil.iter_modules(ecrec_assets.features.__path__)
    ]
    with_cutoff = {
        function
        for module in modules
        for function in vars(module).values()
        if inspect.isfunction(function)
        and function.__module__ == module.__name__
        and not function.__name__.startswith("_")
        and inspect.signature(function).parameters.get("cutoff_week") is not None
        and function.__module__ != "ecrec_assets.features.windows"
    }
    looks_ahead_to_judge = {next_purchase_selection}
    assert with_cutoff - looks_ahead_to_judge == set(FEATURES)
