"""Agreement of people: the textbook's example, chance, seqeval's F1, and QueryNER's annotators."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2

from ecrec_assets.evaluate.agreement import agreement, fleiss_kappa

QUERYNER = Path(__file__).parents[3] / "shared" / "data" / "queryner"
FLEISS = [  # the example of Fleiss 1971 as Wikipedia gives it: 10 subjects, 14 raters, 5 categories, kappa 0.210
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]


def annotations(**people: list[str]) -> pl.LazyFrame:
    rows = [(name, str(n), tags.split()) for name, given in people.items() for n, tags in enumerate(given)]
    return pl.LazyFrame(rows, schema=["annotator", "query_id", "tags"], orient="row")


def value(found: pl.LazyFrame, **wanted: str) -> float | None:
    return found.filter(**{"type": "all", **wanted}).collect()["value"].item()


def test_fleiss_kappa_of_the_textbook() -> None:
    assert fleiss_kappa(np.array(FLEISS)) == pytest.approx(0.210, abs=5e-4)


def test_kappa_is_1_for_one_mind_and_about_0_for_chance() -> None:
    same = ["B-a O", "B-b B-a"] * 20
    assert value(agreement(annotations(ann=same, bob=same, cid=same)), measure="fleiss_kappa") == 1
    chance = np.random.default_rng(0)
    guesses = [[" ".join(chance.choice(["O", "B-a", "B-b"], 5)) for _ in range(400)] for _ in range(3)]
    random = agreement(annotations(ann=guesses[0], bob=guesses[1], cid=guesses[2]))
    assert value(random, measure="fleiss_kappa") == pytest.approx(0, abs=0.03)


def test_kappa_is_missing_where_nobody_could_disagree() -> None:
    assert value(agreement(annotations(ann=["B-a"], bob=["B-a"])), measure="fleiss_kappa") is None


def test_span_f1_of_two_people_is_seqevals() -> None:
    ann = ["B-a I-a O B-b", "B-b B-b", "O", "B-a"]
    bob = ["B-a I-a B-b I-b", "B-b I-b", "B-a", "B-a"]
    found = agreement(annotations(ann=ann, bob=bob))
    expected = f1_score([row.split() for row in ann], [row.split() for row in bob], mode="strict", scheme=IOB2)
    assert value(found, measure="span_f1", first="ann", second="bob") == pytest.approx(expected)
    assert value(found, measure="span_f1", type="a") == pytest.approx(2 * 2 / 5)  # a: two of two, two of three


def test_only_queries_that_everybody_labelled_count() -> None:
    ann, bob = annotations(ann=["B-a", "B-a", "B-b"]), annotations(bob=["B-a"])
    found = agreement(pl.concat([ann, bob])).filter(measure="span_f1", type="all").collect()
    assert (found["value"].item(), found["support"].item()) == (1.0, 2)


@pytest.mark.parametrize("people", [{"ann": ["B-a"]}, {"ann": ["B-a"], "bob": []}, {"ann": ["B-a"], "bob": ["B-a O"]}])
def test_without_two_people_and_a_query_in_common_there_is_no_agreement(people: dict[str, list[str]]) -> None:
    with pytest.raises(ValueError, match="agreement needs two annotators"):
        agreement(annotations(**people))


@pytest.mark.skipif(not QUERYNER.is_dir(), reason=f"{QUERYNER} is not there")
def test_queryners_annotators_agree_as_published() -> None:
    def read(name: str) -> list[dict]:
        return [json.loads(line) for line in (QUERYNER / f"{name}.jsonl").read_text().splitlines()]

    people = [(f"a{n}", str(row["example_id"]), row["labels"]) for n in (1, 2, 3) for row in read(f"annotator-{n}")]
    gold = [(str(row["example_id"]), row["labels"]) for row in read("test.bio")]
    found = agreement(
        pl.LazyFrame(people, schema=["annotator", "query_id", "tags"], orient="row"),
        pl.LazyFrame(gold, schema=["query_id", "tags"], orient="row"),
    )
    against_gold = [value(found, measure="span_f1", first="gold", second=f"a{n}") for n in (1, 2, 3)]
    assert against_gold == pytest.approx([0.745, 0.739, 0.702], abs=5e-4)
    pairs = [value(found, measure="span_f1", first=a, second=b) for a, b in (("a1", "a2"), ("a1", "a3"), ("a2", "a3"))]
    assert pairs == pytest.approx([0.562, 0.566, 0.574], abs=5e-4)
    assert value(found, measure="fleiss_kappa") == pytest.approx(0.594, abs=5e-4)
