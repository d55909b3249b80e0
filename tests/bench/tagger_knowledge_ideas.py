"""The ideas that the benchmark compares: each trains a tagger on QueryNER with the same settings and one thing more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import polars as pl

from ecrec_assets.models.tagger.base import bundled_checkpoint
from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.cross_fitting import Teachers, cross_fitted
from ecrec_assets.models.tagger.distil import Suspicion, softened, taught
from ecrec_assets.models.tagger.predict import Tagger
from ecrec_assets.models.tagger.pretrain import PretrainConfig, pretrain
from ecrec_assets.models.tagger.self_training import self_labelled
from ecrec_assets.models.tagger.suspect_labels import weighted_by_agreement, with_agreement, without_suspects
from ecrec_assets.models.tagger.train import TrainedTagger, train
from ecrec_assets.models.tagger.transfer import transferred
from ecrec_assets.prepare.query_augmentation import augmented
from tests.bench.tagger_knowledge_data import Known, title_types

GOLD_SHARE = 0.5
FOLDS, TEACHER_EPOCHS = 5, 3
UNLABELLED = 8_000
Idea = Callable[[Known, TaggerConfig, Path, Path], TrainedTagger]
Preparation = Callable[[Known, TaggerConfig, Path], object]


def fine_tuned(
    found: Known, config: TaggerConfig, folder: Path, *, queries: pl.LazyFrame | None = None, base: Path | None = None
) -> TrainedTagger:
    chosen = found.queries if queries is None else queries
    return train(chosen, config, types=found.types, base=base or bundled_checkpoint(), folder=folder)


def teachers(found: Known, config: TaggerConfig, shared: Path) -> Teachers:
    """The same ones for every idea and seed of the student."""
    settings = config.model_copy(update={"epochs": TEACHER_EPOCHS, "threads": 1, "seed": 100, "agreement": 0.0})
    return cross_fitted(
        found.queries,
        settings,
        types=found.types,
        base=bundled_checkpoint(),
        folder=shared / "teachers",
        count=FOLDS,
        processes=config.threads,
    )


def own_base(found: Known, config: TaggerConfig, shared: Path) -> Path:
    """The bundled base after pre-training on shop texts."""
    place = shared / "pretrained"
    if not (place / "model").is_dir():
        settings = PretrainConfig(threads=config.threads)
        pretrain(pl.LazyFrame({"text": found.texts}), settings, base=bundled_checkpoint(), folder=place)
    return place / "model"


def title_base(found: Known, config: TaggerConfig, shared: Path) -> Path:
    """The bundled base after tagging attribute values in titles."""
    settings = config.model_copy(update={"epochs": 2, "seed": 1, "agreement": 0.0})
    types, folder = title_types(found.titles), shared / "titles"
    return transferred(found.titles, settings, types=types, base=bundled_checkpoint(), folder=folder)


def plain(found: Known, config: TaggerConfig, folder: Path, shared: Path) -> TrainedTagger:
    return fine_tuned(found, config, folder)


def pretrained(found: Known, config: TaggerConfig, folder: Path, shared: Path) -> TrainedTagger:
    return fine_tuned(found, config, folder, base=own_base(found, config, shared))


def attribute_titles_first(found: Known, config: TaggerConfig, folder: Path, shared: Path) -> TrainedTagger:
    return fine_tuned(found, config, folder, base=title_base(found, config, shared))


def distilled(found: Known, config: TaggerConfig, folder: Path, shared: Path) -> TrainedTagger:
    soft = softened(found.queries, teachers(found, config, shared).answers, gold_share=GOLD_SHARE)
    return fine_tuned(found, config, folder, queries=soft)


def distilled_with_texts(found: Known, config: TaggerConfig, folder: Path, shared: Path) -> TrainedTagger:
    known = teachers(found, config, shared)
    texts = Random(0).sample(found.short, min(UNLABELLED, len(found.short)))
    more = taught(texts, [Tagger.load(model) for model in known.models])
    soft = softened(found.queries, known.answers, gold_share=GOLD_SHARE).with_columns(weight=pl.lit(1.0))
    return fine_tuned(found, config, folder, queries=pl.concat([soft, more], how="diagonal"))


def suspects_softened(found: Known, config: TaggerConfig, folder: Path, shared: Path) -> TrainedTagger:
    answers = teachers(found, config, shared).answers
    soft = softened(found.queries, answers, gold_share=GOLD_SHARE, suspicion=Suspicion(least=0.3, suspect_share=0.0))
    return fine_tuned(found, config, folder, queries=soft)


def suspects_dropped(found: Known, config: TaggerConfig, folder: Path, shared: Path) -> TrainedTagger:
    agreed = with_agreement(found.queries, teachers(found, config, shared).answers)
    return fine_tuned(found, config, folder, queries=without_suspects(agreed, share=0.1))


def suspects_weigh_less(found: Known, config: TaggerConfig, folder: Path, shared: Path) -> TrainedTagger:
    agreed = with_agreement(found.queries, teachers(found, config, shared).answers)
    return fine_tuned(found, config, folder, queries=weighted_by_agreement(agreed, least=0.3))


def self_trained(found: Known, config: TaggerConfig, folder: Path, shared: Path) -> TrainedTagger:
    teacher = Tagger.load(teachers(found, config, shared).models[0])
    texts = Random(0).sample(found.short, min(UNLABELLED, len(found.short)))
    more = self_labelled(texts, teacher, least=0.9, weight=0.5)
    queries = found.queries.with_columns(weight=pl.lit(1.0))
    return fine_tuned(found, config, folder, queries=pl.concat([queries, more]))


def mentions_replaced(found: Known, config: TaggerConfig, folder: Path, shared: Path) -> TrainedTagger:
    queries = augmented(found.queries, seed=config.seed, shares={"mention": 0.5})
    return fine_tuned(found, config, folder, queries=queries)


IDEAS: dict[str, tuple[Idea, Preparation | None]] = {
    "plain": (plain, None),
    "distilled": (distilled, teachers),
    "distilled_with_texts": (distilled_with_texts, teachers),
    "pretrained": (pretrained, own_base),
    "attribute_titles_first": (attribute_titles_first, title_base),
    "suspects_softened": (suspects_softened, teachers),
    "suspects_dropped": (suspects_dropped, teachers),
    "suspects_weigh_less": (suspects_weigh_less, teachers),
    "self_trained": (self_trained, teachers),
    "mentions_replaced": (mentions_replaced, None),
}
"""Each idea, and what it needs before; that is made once and kept, and its time counts for every idea."""
