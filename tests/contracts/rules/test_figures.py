"""The figures of the column rules against the same maths in plain Python, on both engines."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.contracts import audited, result_of, rule
from tests.contracts.rules.on_both import on_polars

T = datetime(2017, 3, 1)
few = settings(max_examples=12)
letters = st.lists(st.sampled_from(["a", "b", "c", "d", None]), max_size=40)
numbers = st.lists(st.none() | st.integers(-5, 5).map(float) | st.just(math.nan), max_size=60)


def observed(expectation: str, frame: pl.DataFrame, **arguments: Any) -> Any:
    found = on_polars(expectation, frame, **arguments)
    assert found.error is None
    return found.observed


def texts(values: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame({"v": pl.Series(values, dtype=pl.String)})


def gini_by_pairs(counts: list[int]) -> float:
    """Half the mean difference of all pairs over the mean: the definition."""
    n, mean = len(counts), sum(counts) / len(counts)
    return sum(abs(a - b) for a in counts for b in counts) / (2 * n * n * mean)


@few
@given(letters, st.sets(st.sampled_from("abcdxyz")))
def test_gini_is_half_the_relative_mean_difference(values: list[str | None], catalogue: set[str]) -> None:
    counts = Counter(v for v in values if v is not None)
    arguments = {"column": "v", "max_gini": 1}
    expected = gini_by_pairs(list(counts.values())) if counts else None
    assert observed("expect_gini_coefficient_to_be_at_most", texts(values), **arguments)["gini"] == pytest.approx(
        expected
    )
    everything = [*counts.values(), *(0 for item in catalogue if item not in counts)]
    references = {"items": texts(sorted(catalogue))}
    found = observed(
        "expect_gini_coefficient_to_be_at_most", texts(values), references=references, reference="items", **arguments
    )
    assert found["gini"] == pytest.approx(gini_by_pairs(everything) if counts else None)


def test_gini_by_hand_and_by_weight() -> None:
    frame = pl.DataFrame({"v": ["a", "b", "b", "c", "c", "c"], "w": [6.0, 1.0, 2.0, 1.0, 1.0, None]})
    arguments = {"column": "v", "max_gini": 0.5}
    assert observed("expect_gini_coefficient_to_be_at_most", frame, **arguments)["gini"] == pytest.approx(2 / 9)
    by_weight = observed("expect_gini_coefficient_to_be_at_most", frame, weight_column="w", **arguments)
    assert by_weight["gini"] == pytest.approx(gini_by_pairs([6, 3, 2]), abs=1e-8)
    negative = on_polars(
        "expect_gini_coefficient_to_be_at_most", frame.with_columns(w=-pl.col("w")), weight_column="w", **arguments
    )
    assert not negative.success


@few
@given(letters)
def test_effective_numbers_are_hill_numbers(values: list[str | None]) -> None:
    counts = Counter(v for v in values if v is not None)
    shares = [n / counts.total() for n in counts.values()]
    shannon = math.exp(-sum(p * math.log(p) for p in shares)) if shares else 0
    simpson = 1 / sum(p * p for p in shares) if shares else 0
    name, arguments = "expect_effective_number_of_classes_to_be_at_least", {"column": "v", "min_number": 1}
    assert observed(name, texts(values), **arguments)["number"] == pytest.approx(shannon)
    assert observed(name, texts(values), measure="simpson", **arguments)["number"] == pytest.approx(simpson)


@few
@given(letters)
def test_the_smallest_class_is_the_rarest_value(values: list[str | None]) -> None:
    counts = Counter(v for v in values if v is not None)
    name = "expect_smallest_class_count_to_be_at_least"
    found = on_polars(name, texts(values), column="v", min_count=3)
    assert found.observed["count"] == min(counts.values(), default=0)
    assert found.success == (min(counts.values(), default=0) >= 3)
    named = observed(name, texts(values), column="v", min_count=3, classes=["a", "q"])
    assert named["rarest"] == dict(sorted({"a": counts["a"], "q": 0}.items(), key=lambda pair: pair[1]))


@few
@given(letters, letters)
def test_orphans_are_counted_by_row_and_by_value(values: list[str | None], published: list[str | None]) -> None:
    known, present = set(published), [v for v in values if v is not None]
    lost = Counter(v for v in present if v not in known)
    arguments = {"column": "v", "reference": "r", "reference_column": "v", "max_share": 0.5}
    name, references = "expect_orphan_share_to_be_at_most", {"r": texts(published)}
    rows = observed(name, texts(values), references=references, **arguments)
    assert (rows["orphans"], rows["n"]) == (lost.total(), len(present))
    assert rows["most"] == sorted(lost, key=lambda v: (-lost[v], v))
    by_value = observed(name, texts(values), references=references, of="values", **arguments)
    assert (by_value["orphans"], by_value["n"]) == (len(lost), len(set(present)))


@few
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.none() | st.integers(0, 3)), max_size=30))
def test_queries_with_enough_judgements(rows: list[tuple[str, str, int | None]]) -> None:
    frame = pl.DataFrame(rows, schema={"q": pl.String, "i": pl.String, "g": pl.Int64}, orient="row")
    log = pl.DataFrame({"q": ["a", "b", "unseen"]})
    judged = {q: {i for p, i, g in rows if p == q and g is not None} for q, _, _ in rows}
    arguments = {"column": "q", "item_column": "i", "judgement_column": "g", "min_items": 2, "min_share": 0.5}
    name = "expect_judged_query_share_to_be_at_least"
    enough = [q for q, items in judged.items() if len(items) >= 2]
    found = observed(name, frame, **arguments)
    assert (found["queries"], found["judged_enough"]) == (len(judged), len(enough))
    of_log = observed(name, frame, references={"log": log}, reference="log", **arguments)
    assert of_log["share"] == pytest.approx(sum(q in enough for q in log["q"]) / 3)


def test_stale_slices_are_named_with_their_age() -> None:
    frame = pl.DataFrame(
        {"store": ["a", "a", "b", "c", None], "at": [T, T - timedelta(days=9), T - timedelta(hours=30), None, T]}
    )
    arguments = {"column": "at", "slice_column": "store", "max_age_hours": 24, "as_of": "2017-03-01T06:00:00"}
    found = on_polars("expect_every_slice_to_be_fresh", frame, **arguments)
    assert not found.success
    assert found.observed == {"slices": 3, "stale": 2, "missing": [], "oldest": {"b": 36.0, "c": None}}
    fresh = frame.filter(pl.col("store") == "a")
    assert on_polars("expect_every_slice_to_be_fresh", fresh, **arguments).success
    assert on_polars("expect_every_slice_to_be_fresh", fresh, slices=["a", "z"], **arguments).observed["missing"] == [
        "z"
    ]
    assert not on_polars("expect_every_slice_to_be_fresh", frame.clear(), **arguments).success


def psi_by_hand(now: list[float | None], then: list[float | None], bins: int) -> float:
    """Bins (edge, edge] between the nearest-rank quantiles of `then`, one for what is missing, half a row more each."""
    held = sorted(v for v in then if v is not None)
    edges = sorted({pl.Series(held).quantile(i / bins, "nearest") for i in range(1, bins)}) if held else []
    place = lambda v: -1 if v is None else bisect_left(edges, v)  # noqa: E731
    here, there = Counter(map(place, now)), Counter(map(place, then))
    places = {*here, *there}
    share = lambda c, size: (c + 0.5) / (size + 0.5 * len(places))  # noqa: E731
    pairs = [(share(here[b], len(now)), share(there[b], len(then))) for b in places]
    return sum((p - q) * math.log(p / q) for p, q in pairs)


def missing(values: list[float | None]) -> list[float | None]:
    return [None if v is None or math.isnan(v) else v for v in values]


def floats(values: list[float | None]) -> pl.DataFrame:
    return pl.DataFrame({"v": pl.Series(values, dtype=pl.Float64)})


@few
@given(numbers.filter(bool), numbers.filter(bool), st.integers(2, 6))
def test_psi_is_the_symmetric_divergence_of_the_bins(now: list[Any], then: list[Any], bins: int) -> None:
    found = observed(
        "expect_population_stability_index_to_be_at_most", floats(now), references={"r": floats(then)},
        column="v", reference="r", max_psi=0.1, bins=bins, min_rows=1,
    )  # fmt: skip
    assert found["psi"] == pytest.approx(psi_by_hand(missing(now), missing(then), bins), abs=2e-6)
    assert (found["n"], found["reference_n"]) == (len(now), len(then))


@few
@given(letters.filter(bool), letters.filter(bool))
def test_psi_of_categories_puts_what_is_rare_or_new_together(now: list[str | None], then: list[str | None]) -> None:
    counts = Counter(v for v in then if v is not None)
    kept = {v for v, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:2]}
    place = lambda v: v if v is None or v in kept else "other"  # noqa: E731
    here, there = Counter(map(place, now)), Counter(map(place, then))
    bins = {*here, *there}
    p = {b: (here[b] + 0.5) / (len(now) + 0.5 * len(bins)) for b in bins}
    q = {b: (there[b] + 0.5) / (len(then) + 0.5 * len(bins)) for b in bins}
    found = observed(
        "expect_population_stability_index_to_be_at_most", texts(now), references={"r": texts(then)},
        column="v", reference="r", max_psi=0.1, bins=2, min_rows=1,
    )  # fmt: skip
    assert found["psi"] == pytest.approx(sum((p[b] - q[b]) * math.log(p[b] / q[b]) for b in bins), abs=2e-6)


@few
@given(numbers, numbers)
def test_ks_is_the_largest_gap_of_the_distributions(now: list[Any], then: list[Any]) -> None:
    found = observed(
        "expect_kolmogorov_smirnov_distance_to_be_at_most", floats(now), references={"r": floats(then)},
        column="v", reference="r", max_distance=0.1, min_rows=1,
    )  # fmt: skip
    here, there = (sorted(v for v in missing(values) if v is not None) for values in (now, then))
    if not here or not there:
        assert found["distance"] is None
        return
    gaps = [abs(bisect_right(here, v) / len(here) - bisect_right(there, v) / len(there)) for v in [*here, *there]]
    assert found["distance"] == pytest.approx(max(gaps), abs=2e-6)


def test_ks_agrees_with_scipy() -> None:
    from scipy.stats import ks_2samp

    rng = np.random.default_rng(1)
    now, then = rng.normal(0.2, 1, 700).round(1), rng.normal(0, 1, 900).round(1)
    frames = pl.DataFrame({"v": now}), {"r": pl.DataFrame({"v": then})}
    found = observed(
        "expect_kolmogorov_smirnov_distance_to_be_at_most",
        frames[0],
        references=frames[1],
        column="v",
        reference="r",
        max_distance=0.1,
    )
    assert found["distance"] == pytest.approx(ks_2samp(now, then).statistic, abs=1e-6)


def drift_rule(**arguments: Any) -> Any:
    kind = "expect_population_stability_index_to_be_at_most"
    return rule(kind, column="v", max_psi=0.1, on_fail="block", **arguments)


def test_chance_alone_stays_below_the_usual_limit_and_a_shift_does_not() -> None:
    rng = np.random.default_rng(2)
    before = {"raw/made": pl.LazyFrame({"v": rng.normal(size=5000)})}
    same, moved = (pl.LazyFrame({"v": rng.normal(mean, 1, 2000)}) for mean in (0, 0.5))
    assert result_of(same, drift_rule(reference="raw/made"), references=before).passed
    result = result_of(moved, drift_rule(reference="raw/made"), references=before)
    assert not result.passed
    assert 0.15 < result.observed["psi"] < 0.4
    assert result.observed["by_chance"] < 0.01


def test_a_table_without_a_published_version_of_its_own_passes_with_a_note() -> None:
    verdict = audited(pl.LazyFrame({"v": [1.0] * 200}), drift_rule(reference="raw/made")).verdict
    assert verdict.passed
    assert verdict.rule("the_rule").observed["note"] == "nothing is published yet to compare with"


def test_another_table_that_is_not_published_is_an_error() -> None:
    result = result_of(pl.LazyFrame({"v": [1.0]}), drift_rule(reference="raw/else"))
    assert "reference table 'raw/else' was not given" in (result.error or "")


def test_few_rows_are_not_judged() -> None:
    before = {"raw/made": pl.LazyFrame({"v": [1.0] * 500})}
    result = result_of(pl.LazyFrame({"v": [9.0] * 99}), drift_rule(reference="raw/made"), references=before)
    assert result.passed
    assert result.observed["note"] == "not judged: 99 rows are fewer than 100"


def test_a_personal_value_is_not_named() -> None:
    frame = pl.LazyFrame({"v": ["Ann", "Ann", "Bob"]})
    for name, more in (
        ("expect_smallest_class_count_to_be_at_least", {"min_count": 9}),
        ("expect_orphan_share_to_be_at_most", {"reference": "r", "reference_column": "v", "max_share": 0}),
        ("expect_population_stability_index_to_be_at_most", {"reference": "r", "max_psi": 0.001, "min_rows": 1}),
    ):
        one = rule(name, column="v", on_fail="warn", **more)
        found = audited(frame, one, private=("v",), references={"r": pl.LazyFrame({"v": ["Cid"]})})
        result = found.verdict.rule("the_rule")
        assert result.error is None
        assert not result.passed
        assert "Ann" not in str(result.observed)
        assert "Bob" not in str(result.observed)
