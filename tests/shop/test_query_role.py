"""The role `queries` of an ecrec.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecrec_assets.shop.errors import ShopFileError
from ecrec_assets.shop.load import load_shop

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "queryner"
FILES = """
name: my-shop
roles:
  queries:
    train: train.jsonl
    test: test.jsonl
"""


def loaded(folder: Path, text: str):  # type: ignore[no-untyped-def]
    (folder / "ecrec.yaml").write_text(text, encoding="utf-8")
    return load_shop(folder)


def test_the_example_is_a_shop_of_queries_alone() -> None:
    shop = load_shop(EXAMPLE)
    role = shop.roles.queries
    assert role and not shop.sources and shop.roles.purchases is None
    assert list(role.files) == ["train", "validation", "test"] and role.annotators


def test_files_are_told_by_split_and_columns_by_their_part(tmp_path: Path) -> None:
    role = loaded(tmp_path, FILES + "    tags: gold\n    training: {epochs: 3}\n").roles.queries
    assert role.files == {"train": "train.jsonl", "test": "test.jsonl"}
    assert (role.columns, role.training) == ({"tags": "gold"}, {"epochs": 3})


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("name: s\n", 1, "there is nothing to load: give 'sources', or 'roles: {queries: {train: a file}}'"),
        (FILES.replace("train:", "trian:"), 5, "roles.queries.trian: there is no such key; do you mean 'train'?"),
        (FILES.replace("    train: train.jsonl\n", ""), 4, "give either 'train', a file, or 'source'"),
        (FILES.replace("train: train.jsonl", "source: q"), 4, "validation and test are files beside 'train'"),
        (FILES.replace("test: test.jsonl", "source: q"), 4, "give either 'train', a file, or 'source'"),
        (FILES.replace("test: test.jsonl", "source: q").replace("train: train.jsonl\n", ""), 1, "there are none"),
        (FILES.replace("test: test.jsonl", "split: part"), 4, "split is a column of a 'source'"),
        (FILES.replace("test.jsonl", "train.jsonl"), 4, "the file 'train.jsonl' is named twice"),
        (FILES + "    training: 3\n", 7, "roles.queries.training: Input should be a valid dictionary"),
        (
            FILES + "sources:\n  annotations: {files: a.csv}\n",
            1,
            "sources.annotations: the files of roles.queries become",
        ),
    ],
)
def test_a_role_that_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    with pytest.raises(ShopFileError) as caught:
        loaded(tmp_path, text)
    assert f"ecrec.yaml, line {line}: " in str(caught.value)
    assert reason in str(caught.value)
