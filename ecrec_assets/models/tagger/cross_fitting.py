"""Teachers that never saw a query say what it means.

A model that learned a query repeats its label, right or wrong. So the training queries are split into folds, and the
teacher of a fold learns from all others (cross-fitting, as in Stacked Generalization, Wolpert 1992; and for labels of
its own data in Self-Distillation, Furlanello et al., Born-Again Networks, ICML 2018). Its answers serve twice: as soft
targets of a student and to find suspect labels.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import NamedTuple

import polars as pl

from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.predict import Tagger
from ecrec_assets.models.tagger.soft_targets import SOFT, as_rows
from ecrec_assets.models.tagger.train import train

ANSWERS = "answers.parquet"


class Teachers(NamedTuple):
    """`models`: a folder for `Tagger.load` by fold. `answers`: fold, row (from 0, of the training queries) and soft."""

    models: tuple[Path, ...]
    answers: pl.LazyFrame


class _Task(NamedTuple):
    """All that one teacher needs, so that it can be trained in a process of its own."""

    queries: pl.DataFrame
    config: TaggerConfig
    types: tuple[str, ...]
    base: str
    folder: Path
    fold: int


def _ignore(*_: object) -> None:
    """The default of the callback."""


def folds(tokens: Sequence[Sequence[str]], *, count: int, seed: int) -> list[int]:
    """A fold, 0 to `count` - 1, for each query; queries of the same words, whatever their case, share one."""
    texts = [" ".join(words).lower() for words in tokens]
    distinct = sorted(set(texts))
    if count < 2 or len(distinct) < count:
        raise ValueError(f"{len(distinct)} different training queries cannot be split into {count} folds (2 at least)")
    Random(seed).shuffle(distinct)  # noqa: S311  (chance, not secrecy)
    fold_of = {text: number % count for number, text in enumerate(distinct)}
    return [fold_of[text] for text in texts]


def cross_fitted(
    queries: pl.LazyFrame,
    config: TaggerConfig,
    *,
    types: Sequence[str],
    base: Path | str,
    folder: Path,
    count: int = 5,
    processes: int = 1,
    on_teacher: Callable[[int, int], object] = _ignore,
) -> Teachers:
    """Trains `count` teachers on split `train` of `queries` (tokens, tags, split), each without its fold.

    A teacher that is done is not trained again, one that was killed goes on from its checkpoint; `on_teacher` gets the
    teachers done and all of them. `processes` teachers at a time share the machine: two of one thread each do 1.4 times
    as much as one of two threads.
    Raises ValueError when there are fewer different queries than folds.
    """
    rows = queries.select("tokens", "tags", "split").collect()
    learned = rows.filter(pl.col("split") == "train")
    learned = learned.with_columns(fold=pl.Series(folds(learned["tokens"].to_list(), count=count, seed=config.seed)))
    others = rows.filter(pl.col("split") == "validation").with_columns(fold=pl.lit(None, pl.Int64))
    data = pl.concat([learned, others])
    place = folder / _fingerprint(data, config, types, base)
    tasks = [_Task(data, config, tuple(types), str(base), place / f"teacher-{fold}", fold) for fold in range(count)]
    found = []
    for teacher in _taught(tasks, processes):
        found.append(teacher)
        on_teacher(len(found), count)
    answers = [pl.scan_parquet(each / ANSWERS) for each in found]
    return Teachers(tuple(each / "model" for each in found), pl.concat(answers).sort("row"))


def _taught(tasks: list[_Task], processes: int) -> Iterator[Path]:
    if processes == 1:
        yield from map(_teach, tasks)
    else:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            yield from pool.map(_teach, tasks)


def _teach(task: _Task) -> Path:
    if not (task.folder / ANSWERS).is_file():
        known = task.queries.lazy().filter(pl.col("fold").ne_missing(task.fold))
        settings = task.config.model_copy(update={"seed": task.config.seed + task.fold})
        trained = train(known, settings, types=task.types, base=task.base, folder=task.folder)
        held_out = task.queries.with_row_index("row").filter(pl.col("fold") == task.fold)
        soft = [as_rows(segments) for segments in Tagger.load(trained.folder).segments(held_out["tokens"].to_list())]
        answers = held_out.select(pl.col("fold", "row").cast(pl.Int64), pl.Series("soft", soft, SOFT))
        answers.write_parquet(task.folder / f"{ANSWERS}.new")
        (task.folder / f"{ANSWERS}.new").rename(task.folder / ANSWERS)
    return task.folder


def _fingerprint(data: pl.DataFrame, config: TaggerConfig, types: Sequence[str], base: Path | str) -> str:
    settled = json.dumps([config.model_dump_json(), list(types), str(base), data.to_dicts()], ensure_ascii=True)
    return hashlib.sha256(settled.encode()).hexdigest()[:16]
