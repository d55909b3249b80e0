from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrec_assets.prepare.query_augmentation import PERTURBATIONS, UnknownKind, perturbed
from ecrec_assets.prepare.query_augmentation.parts import parts_of
from tests.prepare.query_augmentation.strategies import SCHEMA, frames, valid

QUERY = (["cheap", "running", "shoes", "32oz"], ["O", "B-item", "I-item", "B-size"], "test")
QUERIES = pl.LazyFrame([QUERY] * 200, schema=SCHEMA, orient="row")


@pytest.mark.parametrize("kind", PERTURBATIONS)
@given(queries=frames(), seed=st.integers(0, 2**40))
@settings(deadline=None, max_examples=20)
def test_rows_spans_and_their_types_stay_whatever_is_done(kind: str, queries: pl.LazyFrame, seed: int) -> None:
    before = queries.collect()
    after, again = (perturbed(queries, kind=kind, rate=1.0, seed=seed).collect() for _ in range(2))
    assert after.equals(again)
    assert after.schema == before.schema
    assert after["split"].equals(before["split"])
    for old, new in zip(before.iter_rows(named=True), after.iter_rows(named=True), strict=True):
        assert len(new["tokens"]) == len(new["tags"])
        assert valid(new["tags"])
        assert kinds(new) == kinds(old)


def kinds(row: dict[str, list[str]]) -> list[str]:
    parts = parts_of(list(zip(row["tokens"], row["tags"], strict=True)))
    return sorted(part.kind for part in parts if part.kind)


@pytest.mark.parametrize("kind", PERTURBATIONS)
def test_the_rate_is_the_share_of_queries_changed_and_a_higher_one_keeps_the_changes_of_a_lower(kind: str) -> None:
    none, some, every = (
        perturbed(QUERIES, kind=kind, rate=rate, seed=3).collect()["tokens"].to_list() for rate in (0.0, 0.3, 1.0)
    )
    assert none == [QUERY[0]] * 200
    assert 40 <= sum(tokens != QUERY[0] for tokens in some) <= 80
    assert all(tokens != QUERY[0] for tokens in every)
    assert all(a in (QUERY[0], b) for a, b in zip(some, every, strict=True))


def test_each_kind_does_what_it_says() -> None:
    found = {
        kind: {" ".join(words) for words in perturbed(QUERIES, kind=kind, rate=1.0, seed=1).collect()["tokens"]}
        for kind in ("order", "case", "drop", "unit")
    }
    assert found["order"] == {"running shoes cheap 32oz", "cheap 32oz running shoes"}
    assert found["case"] == {"CHEAP RUNNING SHOES 32OZ", "Cheap Running Shoes 32Oz"}
    assert found["drop"] == {"running shoes 32oz", "cheap shoes 32oz", "cheap running 32oz"}
    assert found["unit"] == {"cheap running shoes 32 oz", "cheap running shoes 32 ounces"}


def test_an_unknown_kind_and_a_wrong_rate_are_refused_by_name() -> None:
    with pytest.raises(UnknownKind, match=r"'mention'.*there are typo, order, case, drop, unit"):
        perturbed(QUERIES, kind="mention", rate=0.5, seed=1)
    with pytest.raises(ValueError, match="between 0 and 1, not 30"):
        perturbed(QUERIES, kind="typo", rate=30, seed=1)
