"""What `train` promises with every technique switched on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import torch
from safetensors.torch import load_file

from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.model import TaggerFolderError
from ecrec_assets.models.tagger.predict import Tagger
from ecrec_assets.models.tagger.scores import span_scores
from ecrec_assets.models.tagger.soft_targets import SOFT, as_rows, segments_of
from ecrec_assets.models.tagger.train import TrainedTagger, train
from tests.models.tagger.conftest import LABELS

QUICK: dict[str, Any] = {"batch_size": 8, "learning_rate": 0.01, "threads": 1, "precision": "fp32", "epochs": 3}
ALL = TaggerConfig(
    **QUICK,
    seed=5,
    train_embeddings=True,
    head="segments",
    head_size=16,
    pooling="mean",
    decoding="expected_f1",
    layer_decay=0.8,
    dropout=0.2,
    label_smoothing=0.05,
    averaging=0.9,
    agreement=0.5,
    adversarial=0.1,
    balance="resample",
)


def fit(queries: pl.LazyFrame, config: TaggerConfig, base: Path, folder: Path, **more: Any) -> TrainedTagger:
    return train(queries, config, types=LABELS.types, base=base, folder=folder, **more)


def test_the_segment_head_learns_and_its_folder_answers_as_it_was_validated(
    tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path
) -> None:
    config = ALL.model_copy(update={"epochs": 8, "agreement": 0.0, "adversarial": 0.0, "dropout": 0.0})
    trained = fit(tiny_queries, config, tiny_base, tmp_path)
    best = trained.history[trained.best]
    assert best["validation_span_f1"] > 0.9
    tagger = Tagger.load(trained.folder, precision="fp32")
    assert tagger.types == LABELS.types
    assert tagger.network.reading.price == best["span_price"]
    rows = tiny_queries.filter(split="validation").collect()
    found = [answer.tags for answer in tagger.tag_words(rows["tokens"].to_list())]
    assert span_scores(rows["tags"].to_list(), found).span_f1 == best["validation_span_f1"]
    assert not [path for path in trained.folder.iterdir() if path.suffix not in (".json", ".safetensors", ".txt")]


def test_a_stopped_run_with_every_technique_ends_in_the_same_weights(
    tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path
) -> None:
    whole = fit(tiny_queries, ALL, tiny_base, tmp_path / "whole")

    def stop(step: int, _: int) -> None:
        if step == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(tiny_queries, ALL, tiny_base, tmp_path / "cut", on_step=stop)
    steps: list[int] = []
    cut = fit(tiny_queries, ALL, tiny_base, tmp_path / "cut", on_step=lambda step, _: steps.append(step))
    assert steps[0] == 17
    one, other = (load_file(run.folder / "model.safetensors") for run in (whole, cut))
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert any(name.startswith("segment_head.") for name in one)
    assert [row["train_loss"] for row in cut.history] == [row["train_loss"] for row in whole.history]


@pytest.mark.parametrize("head", ["tokens", "segments"])
def test_a_query_of_weight_zero_teaches_nothing(
    tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path, head: str
) -> None:
    wrong = pl.col("tags").list.eval(pl.lit("B-Category"))
    lies = tiny_queries.filter(split="train").with_columns(tags=wrong, weight=pl.lit(0.0))
    truth = tiny_queries.with_columns(weight=pl.lit(1.0))
    config = ALL.model_copy(update={"head": head, "agreement": 0.0, "adversarial": 0.0, "balance": "none"})
    with_lies = fit(pl.concat([truth, lies]), config, tiny_base, tmp_path / "zero")
    assert "Category" not in str(Tagger.load(with_lies.folder).tag(["green tea under $3", "corn cheap"]))
    believed = fit(pl.concat([truth, lies.with_columns(weight=pl.lit(5.0))]), config, tiny_base, tmp_path / "five")
    assert "Category" in str(Tagger.load(believed.folder).tag(["green tea under $3", "corn cheap"]))


@pytest.mark.parametrize("head", ["tokens", "segments"])
def test_a_student_learns_from_its_teacher_and_not_from_the_tags(
    tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path, head: str
) -> None:
    rows = tiny_queries.collect()
    soft = pl.Series([as_rows(segments_of(tags)) for tags in rows["tags"]], dtype=SOFT)
    train_rows = pl.col("split") == "train"
    nonsense = pl.when(train_rows).then(pl.col("tags").list.eval(pl.lit("O"))).otherwise("tags")
    taught = rows.with_columns(soft=soft).with_columns(tags=nonsense).lazy()
    config = TaggerConfig(**{**QUICK, "epochs": 6}, head=head, pooling="mean", train_embeddings=True, dropout=0.0)
    assert max(row["validation_span_f1"] for row in fit(taught, config, tiny_base, tmp_path).history) > 0.8


def test_segments_sum_to_one_over_each_word_and_agree_with_probabilities(
    tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path
) -> None:
    config = ALL.model_copy(update={"epochs": 1})
    tagger = Tagger.load(fit(tiny_queries, config, tiny_base, tmp_path).folder, precision="fp32")
    words = [["green", "tea", "under", "$3"], [], ["soap"]]
    for query, segments, shares in zip(words, tagger.segments(words), tagger.probabilities(words), strict=True):
        assert shares.shape == (len(query), len(tagger.labels.tags))
        assert shares.sum(axis=1) == pytest.approx(1)
        for word in range(len(query)):
            over = [part for part in segments if part.first <= word < part.after]
            assert sum(part.share for part in over) == pytest.approx(1, abs=0.03)
            begins = sum(part.share for part in over if part.type == "Item" and part.first == word)
            assert shares[word, tagger.labels.ids["B-Item"]] == pytest.approx(begins, abs=0.01)


@pytest.mark.parametrize("tuning", ["lora", "adalora", "prefix", "adapter"])
def test_tuning_few_weights_gives_a_folder_that_answers_as_it_was_validated(
    tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path, tuning: str
) -> None:
    config = TaggerConfig(**{**QUICK, "learning_rate": 0.03}, tuning=tuning, tuning_size=4, head="segments")
    trained = fit(tiny_queries, config, tiny_base, tmp_path)
    rows = tiny_queries.filter(split="validation").collect()
    tagger = Tagger.load(trained.folder, precision="fp32")
    found = [answer.tags for answer in tagger.tag_words(rows["tokens"].to_list())]
    scores = span_scores(rows["tags"].to_list(), found)
    assert scores.span_f1 == pytest.approx(trained.history[trained.best]["validation_span_f1"])
    assert (trained.folder / "adapter" / "adapter.safetensors").is_file()


def test_a_trained_folder_can_be_the_base_for_other_types(
    tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path
) -> None:
    config = ALL.model_copy(update={"epochs": 1})
    first = fit(tiny_queries, config, tiny_base, tmp_path / "first")
    renamed = tiny_queries.with_columns(
        tags=pl.col("tags").list.eval(pl.element().str.replace("Item", "Brand").str.replace("Price", "Size"))
    )
    second = train(renamed, config, types=["Size", "Brand"], base=first.folder, folder=tmp_path / "second")
    assert Tagger.load(second.folder).types == ("Size", "Brand")


def test_a_damaged_segment_head_is_refused(tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path) -> None:
    folder = fit(tiny_queries, ALL.model_copy(update={"epochs": 1}), tiny_base, tmp_path).folder
    config = folder / "config.json"
    config.write_text(config.read_text().replace('"size": 16', '"size": 17'))
    with pytest.raises(TaggerFolderError, match="size mismatch"):
        Tagger.load(folder)
    config.write_text(config.read_text().replace('"size": 17', '"size": 16, "loader": "os.system"'))
    with pytest.raises(TaggerFolderError, match="loader"):
        Tagger.load(folder)


def test_bad_labels_stop_before_anything_is_written(
    tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=r"tag 'B-Price'; known types are Item, Category"):
        train(tiny_queries, ALL, types=["Item", "Category"], base=tiny_base, folder=tmp_path / "new")
    assert not (tmp_path / "new").exists()
