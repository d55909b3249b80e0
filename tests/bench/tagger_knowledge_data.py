"""QueryNER, and shop texts without its labels; texts of validation and test queries are left out of all of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import polars as pl

from ecrec_assets.prepare.attribute_spans import attribute_spans, attribute_titles, attribute_types
from ecrec_assets.prepare.item_text import is_note, mend

DATA = Path("../shared/data")
SPLITS = {"train": "train", "validation": "dev", "test": "test"}
LONGEST = 8


class Known(NamedTuple):
    """`queries`: tokens, tags, split. `types`: their span types. `texts`: for pre-training. `titles`: attribute titles
    as tagged queries. `short`: texts as long as queries, in words.
    """

    queries: pl.LazyFrame
    types: tuple[str, ...]
    texts: list[str]
    titles: pl.LazyFrame
    short: list[list[str]]


def known(folder: Path) -> Known:
    """Reads the development data; ends with a clear message where it is not."""
    if not (folder / "queryner" / "train.bio.jsonl").is_file():
        sys.exit(f"{folder.resolve()} holds no queryner/train.bio.jsonl; give the folder of the data with --data")
    queries = pl.concat([_queries(folder, split, name) for split, name in SPLITS.items()])
    hidden = {_key(row) for row in queries.filter(pl.col("split") != "train")["tokens"]}
    learned = queries.filter(split="train")
    titles = _titles(folder)
    others = [*_retail(folder), *_games(folder), *_esci(folder)]
    texts = [*map(" ".join, learned["tokens"]), *titles["text"], *others]
    short = [words for words in _short(others, titles["tokens"].to_list()) if _key(words) not in hidden]
    tags = {tag[2:] for row in learned["tags"] for tag in row if tag != "O"}
    return Known(
        queries.lazy(),
        tuple(sorted(tags)),
        [text for text in texts if _key(text.split()) not in hidden],
        titles.lazy(),
        short,
    )


def title_types(titles: pl.LazyFrame) -> tuple[str, ...]:
    return attribute_types(titles)


def _key(words: Iterable[str]) -> str:
    return " ".join(words).lower()


def _json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []


def _queries(folder: Path, split: str, name: str) -> pl.DataFrame:
    rows = _json_lines(folder / "queryner" / f"{name}.bio.jsonl")
    return pl.DataFrame(
        {"tokens": [row["tokens"] for row in rows], "tags": [row["labels"] for row in rows], "split": split}
    )


def _titles(folder: Path) -> pl.DataFrame:
    """Both sets with all their parts; every tenth title is for validation, since no choice hangs on them."""
    names = [f"{source}_{part}" for source in ("ae110k", "oamine") for part in ("train", "test")]
    rows = [row for name in names for row in _json_lines(folder / "product_attributes" / f"{name}.jsonl")]
    spans = attribute_spans(attribute_titles(rows)).with_row_index("row")
    split = pl.when(pl.col("row") % 10 == 0).then(pl.lit("validation")).otherwise(pl.lit("train"))
    return spans.select("text", "tokens", "tags", split.alias("split")).collect()


def _retail(folder: Path) -> list[str]:
    files = sorted((folder / "online_retail").glob("*.csv"))
    if not files:
        return []
    texts = pl.scan_csv(files, infer_schema_length=0, encoding="utf8-lossy").select(pl.col("Description").unique())
    mended = (mend(text) for text in sorted(texts.collect()["Description"].drop_nulls()))
    return [text for text in mended if text and not is_note(text)]


def _games(folder: Path) -> list[str]:
    path = folder / "amazon_games" / "items.tsv"
    rows = path.read_text().splitlines()[1:] if path.is_file() else []
    return Random(0).sample(titles := [row.split("\t")[1] for row in rows], min(8_000, len(titles)))


def _esci(folder: Path) -> list[str]:
    path = folder / "esci_judgements" / "esci_us_queryset.json"
    return [row["queryText"] for row in json.loads(path.read_text())["querySetQueries"]] if path.is_file() else []


def _short(texts: list[str], titles: list[list[str]]) -> list[list[str]]:
    """Texts no longer than a query, and of each title one run of two to six words."""
    random = Random(0)
    found = {_key(words): words for text in texts if 1 < len(words := text.lower().split()) <= LONGEST}
    for title in titles:
        words = [word.lower() for word in title if word[0].isalnum()]
        length = random.randint(2, 6)
        start = random.randrange(max(1, len(words) - length + 1))
        run = words[start : start + length]
        if len(run) > 1:
            found[_key(run)] = run
    return list(found.values())
