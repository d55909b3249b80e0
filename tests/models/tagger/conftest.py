"""A tagger small enough to train in a second: one layer, 32 wide, with the real tokenizer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import torch
from transformers import AutoTokenizer, BertConfig, BertForTokenClassification

from ecrec_assets.models.tagger.base import bundled_checkpoint
from ecrec_assets.models.tagger.labels import LabelSet
from ecrec_assets.models.tagger.model import Network, save

LABELS = LabelSet(("Item", "Category", "Price"))
ITEMS = ("apple pie", "corn", "dog food", "green tea", "soap", "potato chips", "rice", "white bread")
PRICES = (["cheap"], ["under", "$3"], ["2", "for", "5", "dollars"])


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> Iterator[None]:
    """A tiny network on several threads spends its time waiting for them."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of an untrained encoder with the bundled tokenizer."""
    folder = tmp_path_factory.mktemp("base")
    save(tiny_network(), folder)
    return folder


def tiny_network(layers: int = 1) -> Network:
    tokenizer = AutoTokenizer.from_pretrained(str(bundled_checkpoint()))
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=64,
        id2label=dict(enumerate(LABELS.tags)),
        label2id=dict(LABELS.ids),
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return Network(BertForTokenClassification(config).eval(), tokenizer, LABELS)


@pytest.fixture
def tiny_queries() -> pl.LazyFrame:
    return queries_of_a_shop()


def queries_of_a_shop() -> pl.LazyFrame:
    """64 training and 16 validation queries: an item, then a price."""
    rows = [
        (split, [*item.split(), *price], [*_tags(item.split(), "Item"), *_tags(price, "Price")])
        for split, times in (("train", 4), ("validation", 1))
        for n in range(times)
        for k, item in enumerate(ITEMS)
        for price in (PRICES[(n + k) % 3], PRICES[(n + k + 1) % 3])
    ]
    return pl.LazyFrame(rows, schema=["split", "tokens", "tags"], orient="row")


def _tags(words: list[str], kind: str) -> list[str]:
    return [f"{'I' if i else 'B'}-{kind}" for i in range(len(words))]
