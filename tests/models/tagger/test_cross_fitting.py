from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.cross_fitting import Teachers, cross_fitted, folds
from ecrec_assets.models.tagger.distil import DistilConfig, distilled, softened, taught
from ecrec_assets.models.tagger.predict import Tagger
from ecrec_assets.models.tagger.self_training import self_labelled
from ecrec_assets.models.tagger.soft_targets import SOFT, as_rows, from_rows, segments_of
from ecrec_assets.models.tagger.train import train
from ecrec_assets.models.tagger.transfer import transferred

CONFIG = TaggerConfig(epochs=2, batch_size=16, learning_rate=5e-3, train_embeddings=True, head="segments", threads=1)
TYPES = ("Item", "Category", "Price")


@pytest.fixture(scope="module")
def taught_once(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Teachers, Path]:
    folder = tmp_path_factory.mktemp("teachers")
    return cross_fitted(queries(), CONFIG, types=TYPES, base=tiny_base, folder=folder, count=2), folder


def queries() -> pl.LazyFrame:
    """Three queries of one word that no other query has, and items under a price."""
    rows = [("train", [item, "under", f"${n}"], ["B-Item", "B-Price", "I-Price"]) for item in ITEMS for n in range(3)]
    rows += [("train", ["Corn"], ["B-Category"]), ("train", ["corn"], ["B-Category"])]
    rows += [("validation", ["soap", "under", "$9"], ["B-Item", "B-Price", "I-Price"])]
    rows += [("test", ["never", "read"], ["O", "O"])]
    return pl.LazyFrame(rows, schema=["split", "tokens", "tags"], orient="row")


ITEMS = ("corn", "soap", "rice", "tea", "bread", "milk")


def test_queries_of_the_same_words_share_a_fold_and_folds_are_even() -> None:
    tokens = [["Red", "hat"], ["red", "HAT"], *([f"item{n}"] for n in range(9))]
    found = folds(tokens, count=5, seed=3)
    assert found[0] == found[1]
    assert sorted(found.count(fold) for fold in range(5)) == [2, 2, 2, 2, 3]
    assert folds(tokens, count=5, seed=3) == found
    assert folds(tokens, count=5, seed=4) != found
    with pytest.raises(ValueError, match="1 different training queries cannot be split into 2 folds"):
        folds([["a"], ["A"]], count=2, seed=1)


def test_each_training_query_is_answered_by_a_teacher_that_did_not_learn_it(
    taught_once: tuple[Teachers, Path],
) -> None:
    answers = taught_once[0].answers.collect()
    train_rows = queries().filter(split="train").collect()
    assert answers["row"].to_list() == list(range(train_rows.height))
    assert answers["fold"].to_list() == folds(train_rows["tokens"].to_list(), count=2, seed=CONFIG.seed)
    teachers = [Tagger.load(model) for model in taught_once[0].models]
    for (row, fold), soft in zip(answers.select("row", "fold").iter_rows(), answers["soft"], strict=True):
        words = train_rows["tokens"].to_list()[row]
        again = teachers[fold].segments([words])[0]
        said = from_rows(soft)
        assert [segment[:3] for segment in said] == [segment[:3] for segment in again]
        assert [segment.share for segment in said] == pytest.approx([each.share for each in again], abs=1e-4)
        for word in range(len(words)):
            covering = [segment.share for segment in again if segment.first <= word < segment.after]
            assert sum(covering) == pytest.approx(1.0, abs=0.02)


def test_a_teacher_that_is_done_is_not_trained_again(taught_once: tuple[Teachers, Path], tiny_base: Path) -> None:
    before = [path.stat().st_mtime_ns for path in taught_once[0].models]
    started: list[int] = []
    again = cross_fitted(
        queries(),
        CONFIG,
        types=TYPES,
        base=tiny_base,
        folder=taught_once[1],
        count=2,
        on_teacher=lambda number, _: started.append(number),
    )
    assert again.models == taught_once[0].models
    assert [path.stat().st_mtime_ns for path in again.models] == before
    assert started == [1, 2]


def test_a_student_follows_its_soft_targets_against_the_labels(tiny_base: Path, tmp_path: Path) -> None:
    labels = queries().filter(split="train").collect()["tags"].to_list()
    said = [as_rows(segments_of([tag.replace("Item", "Category") for tag in tags])) for tags in labels]
    answers = pl.LazyFrame([pl.Series("row", range(len(said))), pl.Series("soft", said, SOFT)])
    config = CONFIG.model_copy(update={"epochs": 6})
    found = {}
    for gold_share in (0.0, 1.0):
        soft = softened(queries(), answers, gold_share=gold_share)
        done = train(soft, config, types=TYPES, base=tiny_base, folder=tmp_path / str(gold_share))
        found[gold_share] = Tagger.load(done.folder).tag(["rice under $1"])[0].tags[0]
    assert found == {0.0: "B-Category", 1.0: "B-Item"}


def test_texts_without_labels_are_taught_by_the_mean_of_the_teachers(taught_once: tuple[Teachers, Path]) -> None:
    teachers = [Tagger.load(model) for model in taught_once[0].models]
    found = taught([["rice", "under", "$4"], []], teachers, weight=0.5).collect()
    assert found.select("split", "weight").rows() == [("train", 0.5)]
    first = {each[:3]: each.share for each in from_rows(found["soft"][0])}
    views = [{each[:3]: each.share for each in teacher.segments([["rice", "under", "$4"]])[0]} for teacher in teachers]
    for place, share in first.items():
        assert share == pytest.approx(sum(view.get(place, 0.0) for view in views) / 2, abs=2e-3)
    with pytest.raises(ValueError, match="at least one teacher"):
        taught([["rice"]], [])


def test_only_texts_that_a_tagger_is_sure_of_become_labels(taught_once: tuple[Teachers, Path]) -> None:
    tagger = Tagger.load(taught_once[0].models[0])
    texts = [["rice", "under", "$4"], ["zzz"], []]
    scores = [min(answer.scores) for answer in tagger.tag_words(texts[:2])]
    sure = max(scores)
    found = self_labelled(texts, tagger, least=sure, weight=0.5).collect()
    assert found["tokens"].to_list() == [text for text, score in zip(texts, scores, strict=False) if score >= sure]
    assert set(found["weight"]) == {0.5}
    assert self_labelled(texts, tagger, least=1.01).collect().is_empty()


def test_distillation_trains_teachers_and_a_student_in_one_call(tiny_base: Path, tmp_path: Path) -> None:
    teaching = DistilConfig(teachers=2, teacher_epochs=1, processes=1)
    epochs: list[dict[str, float]] = []
    done = distilled(queries(), CONFIG, teaching, types=TYPES, base=tiny_base, folder=tmp_path, on_epoch=epochs.append)
    assert len(epochs) == len(done.history) == CONFIG.epochs
    assert Tagger.load(done.folder).types == TYPES
    assert len(list((tmp_path / "teachers").glob("*/teacher-*/answers.parquet"))) == 2


def test_the_encoder_of_one_label_set_is_a_base_for_another(tiny_base: Path, tmp_path: Path) -> None:
    titles = queries().with_columns(tags=pl.col("tags").list.eval(pl.element().str.replace("Item|Price|Category", "x")))
    base = transferred(titles, CONFIG, types=("x",), base=tiny_base, folder=tmp_path / "first")
    config = CONFIG.model_copy(update={"epochs": 1})
    trained = train(queries(), config, types=TYPES, base=base, folder=tmp_path / "then")
    assert Tagger.load(trained.folder).types == TYPES
    assert transferred(titles, CONFIG, types=("x",), base=tiny_base, folder=tmp_path / "first") == base


@pytest.mark.slow
def test_teachers_in_processes_of_their_own_say_the_same(
    taught_once: tuple[Teachers, Path], tiny_base: Path, tmp_path: Path
) -> None:
    apart = cross_fitted(queries(), CONFIG, types=TYPES, base=tiny_base, folder=tmp_path, count=2, processes=2)
    assert apart.answers.collect().equals(taught_once[0].answers.collect())
