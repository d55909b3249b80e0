"""Estimated label noise against cleanlab, against planted noise, and on both engines."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from ecrec_assets.prepare.label_noise.report import label_report
from tests.contracts.rules.on_both import on_polars
from tests.prepare.label_noise.judged import TAGS, judged

NAME = "expect_label_noise_to_be_at_most"


def predictions(seed: int, classes: int, noise: float, rows: int = 3000) -> tuple[np.ndarray, np.ndarray]:
    """Given labels with `noise` of them moved to another class, and what an honest model says of each row."""
    rng = np.random.default_rng(seed)
    true = rng.choice(classes, rows, p=(w := rng.dirichlet(np.full(classes, 5.0))))
    assert w.min() > 0
    logits = rng.normal(size=(rows, classes)) + 4 * np.eye(classes)[true]
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    moved = rng.random(rows) < noise
    given = np.where(moved, (true + rng.integers(1, classes, rows)) % classes, true)
    return given, chances


def frame_of(given: np.ndarray, chances: np.ndarray) -> pl.DataFrame:
    columns = {f"p{i}": chances[:, i] for i in range(chances.shape[1])}
    return pl.DataFrame({"label": [f"c{g}" for g in given], "all": chances.tolist(), **columns})


def arguments_of(classes: int, **more: Any) -> dict[str, Any]:
    names = [f"c{i}" for i in range(classes)]
    return {
        "column": "label",
        "classes": names,
        "probabilities": [f"p{i}" for i in range(classes)],
        "max_share": 0.5,
        **more,
    }


@pytest.mark.parametrize(
    ("seed", "classes", "noise"), [(0, 2, 0.1), (1, 3, 0.2), (2, 5, 0.05), (3, 4, 0.0), (4, 8, 0.3)]
)
def test_the_estimate_is_cleanlabs(seed: int, classes: int, noise: float) -> None:
    count = pytest.importorskip("cleanlab.count")
    given, chances = predictions(seed, classes, noise)
    joint = count.estimate_joint(given, chances)
    found = on_polars(NAME, frame_of(given, chances), **arguments_of(classes))
    assert found.observed["share"] == pytest.approx(1 - np.trace(joint), abs=1e-3)  # cleanlab rounds to whole rows


@pytest.mark.parametrize("noise", [0.0, 0.05, 0.1, 0.2, 0.3])
def test_planted_noise_is_found(noise: float) -> None:
    given, chances = predictions(7, 4, noise, rows=6000)
    found = on_polars(NAME, frame_of(given, chances), **arguments_of(4))
    assert found.observed["share"] == pytest.approx(noise, abs=0.03)


def test_the_limit_decides() -> None:
    frame = frame_of(*predictions(7, 4, 0.2))
    assert on_polars(NAME, frame, **arguments_of(4, max_share=0.3)).success
    assert not on_polars(NAME, frame, **arguments_of(4, max_share=0.1)).success


def test_a_list_column_is_the_same_as_columns() -> None:
    frame = frame_of(*predictions(3, 3, 0.1, rows=500))
    apart = on_polars(NAME, frame, **arguments_of(3))
    assert on_polars(NAME, frame, **arguments_of(3, probabilities="all")) == apart


def test_rows_without_a_label_or_a_probability_are_skipped() -> None:
    frame = frame_of(*predictions(3, 3, 0.1, rows=500))
    number = pl.int_range(pl.len())
    holes = frame.with_columns(label=pl.when(number % 10 != 0).then("label"), p1=pl.when(number % 10 != 1).then("p1"))
    found = on_polars(NAME, holes, **arguments_of(3)).observed
    assert (found["n"], found["skipped"]) == (400, 100)
    whole = holes.filter(number % 10 > 1)
    assert on_polars(NAME, whole, **arguments_of(3)).observed["share"] == found["share"]


@pytest.mark.parametrize(
    ("change", "figure"),
    [({"label": pl.lit("other")}, "unknown_labels"), ({"p0": pl.lit(1.5)}, "not_probabilities")],
)
def test_what_is_no_label_or_no_probability_fails(change: dict[str, pl.Expr], figure: str) -> None:
    frame = frame_of(*predictions(3, 3, 0.0, rows=200))
    first = pl.int_range(pl.len()) == 0
    broken = frame.with_columns(pl.when(first).then(v).otherwise(pl.col(k)).alias(k) for k, v in change.items())
    found = on_polars(NAME, broken, **arguments_of(3))
    assert not found.success
    assert found.observed[figure] == 1


def test_few_rows_are_not_judged() -> None:
    found = on_polars(NAME, frame_of(*predictions(3, 3, 0.5, rows=50)), **arguments_of(3, max_share=0))
    assert found.success
    assert found.observed["note"] == "not judged: 50 rows are fewer than 100"


def test_words_judged_out_of_fold_can_be_asked_for_few_wrong_labels() -> None:
    right = [(f"r{i}", "red shoes", "B-color B-item", "B-color B-item") for i in range(90)]
    wrong = [(f"w{i}", "blue lamp", "B-item B-item", "B-color B-item") for i in range(10)]
    report = label_report(*judged(*right, *wrong), tags=TAGS).collect()
    asked = {"column": "given", "probabilities": "probabilities", "classes": list(TAGS)}
    found = on_polars(NAME, report, **asked, max_share=0.06)
    assert found.success
    assert found.observed["share"] == pytest.approx(0.05)
    assert found.observed["most"] == {"B-item -> B-color": pytest.approx(0.05)}
    assert not on_polars(NAME, report, **asked, max_share=0.04).success
