from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ecrec_assets.models.tagger.model import TaggerFolderError, save
from ecrec_assets.models.tagger.predict import Tagger
from ecrec_assets.models.tagger.temperature import FILE, calibrate, fit_temperature, read_temperature
from tests.models.tagger.conftest import tiny_network

QUERIES = pl.LazyFrame(
    {
        "tokens": [["apple", "pie", "cheap"], ["soap"], ["rice", "for", "$3"]],
        "tags": [["B-Item", "I-Item", "B-Price"], ["B-Item"], ["B-Item", "O", "B-Price"]],
        "split": ["validation", "validation", "test"],
    }
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(tiny_network(), tmp_path)
    return tmp_path


@pytest.mark.parametrize("wanted", [0.5, 1.0, 3.0])
def test_the_temperature_that_made_the_probabilities_too_sharp_is_found(wanted: float) -> None:
    random = np.random.default_rng(1)
    logits = random.normal(scale=1.5, size=(6_000, 4))
    honest = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    gold = [int(random.choice(4, p=row)) for row in honest]
    sharp = honest**wanted / (honest**wanted).sum(1, keepdims=True)
    ids = {"O": 0, "B-a": 1, "I-a": 2, "B-b": 3}
    names = list(ids)
    found = fit_temperature([sharp], [[names[tag] for tag in gold]], ids)
    assert found.temperature == pytest.approx(wanted, rel=0.06)
    assert found.after <= found.before + 1e-9
    assert found.words == 6_000


def test_a_calibrated_tagger_finds_the_same_tags_with_other_probabilities(folder: Path) -> None:
    words = QUERIES.select("tokens").collect()["tokens"].to_list()
    raw = Tagger.load(folder, precision="fp32").tag_words(words)
    fit = calibrate(folder, QUERIES)
    cool = Tagger.load(folder, precision="fp32").tag_words(words)
    assert read_temperature(folder) == pytest.approx(fit.temperature) != 1.0
    assert [answer.tags for answer in raw] == [answer.tags for answer in cool]
    assert raw[0].scores != pytest.approx(cool[0].scores)
    assert fit.words == 4
    assert fit.after < fit.before


def test_only_validation_is_looked_at_and_calibrating_again_gives_the_same(folder: Path) -> None:
    first = calibrate(folder, QUERIES)
    other_test = QUERIES.with_columns(tags=pl.when(split="test").then(pl.lit(["O", "O", "O"])).otherwise("tags"))
    assert calibrate(folder, other_test) == first


def test_a_model_that_was_not_calibrated_is_taken_as_it_is(tmp_path: Path) -> None:
    assert read_temperature(tmp_path) == 1.0


@pytest.mark.parametrize(
    "text", ["{", '{"temperature": "hot"}', "[]", "{}", '{"temperature": 0}', '{"temperature": NaN}']
)
def test_a_broken_temperature_is_a_clear_error(folder: Path, text: str) -> None:
    (folder / FILE).write_text(text)
    with pytest.raises(TaggerFolderError, match=FILE):
        Tagger.load(folder)


def test_no_validation_words_are_an_error_and_leave_no_file(folder: Path) -> None:
    with pytest.raises(ValueError, match="validation"):
        calibrate(folder, QUERIES.filter(pl.col("split") == "test"))
    assert not (folder / FILE).exists()


def test_the_file_says_what_it_was_fitted_on(folder: Path) -> None:
    calibrate(folder, QUERIES)
    assert set(json.loads((folder / FILE).read_text())) == {"temperature", "before", "after", "words"}
