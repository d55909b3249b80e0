"""First another label set, then the own one: what titles with attribute values teach about queries.

Intermediate training on a related task with many labels, then the target task (Phang et al., Sentence Encoders on
STILTs, 2018). The heads differ, so only the encoder goes on.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.model import load, quiet
from ecrec_assets.models.tagger.train import train


def _ignore(*_: object) -> None:
    """The default of the callback."""


def transferred(
    queries: pl.LazyFrame,
    config: TaggerConfig,
    *,
    types: Sequence[str],
    base: Path | str,
    folder: Path,
    on_step: Callable[[int, int], object] = _ignore,
) -> Path:
    """Trains on `queries` (tokens, tags, split) of another label set; a folder that is a base for `train`.

    Resumes like `train`. What is done is not done again in the same folder.
    """
    done = folder / "base"
    if not done.is_dir():
        trained = train(queries, config, types=types, base=base, folder=folder, on_step=on_step)
        encoder_of(trained.folder, folder / "base.new")
        (folder / "base.new").rename(done)
    return done


def encoder_of(tagger: Path, folder: Path) -> Path:
    """Writes the encoder of a trained tagger, without its head, as a base of its own."""
    network = load(tagger)
    shutil.rmtree(folder, ignore_errors=True)
    with quiet():
        network.model.base_model.save_pretrained(folder)
        network.tokenizer.save_pretrained(folder)
    return folder
