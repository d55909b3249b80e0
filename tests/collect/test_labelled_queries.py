"""Files of labelled queries: what is read, and what is said of each line that is no query."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ecrec_assets.collect.errors import CollectError
from ecrec_assets.collect.labelled_queries import queries_of, read_annotations, read_queries, state_of

GOOD = '{"example_id": 7, "tokens": ["red", "shoe"], "labels": ["B-color", "B-item"]}'


def written(folder: Path, content: str | bytes, name: str = "train.bio.jsonl") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path, **columns: str) -> list[dict[str, Any]]:
    return read_queries({"train": path}, columns).to_dicts()


def reasons(path: Path) -> dict[str, str]:
    lost = [row["_unreadable"] for row in read(path) if row["_unreadable"]]
    return {place: why for text in lost for place, why in json.loads(text).items()}


def test_a_query_keeps_its_id_words_tags_split_and_place(tmp_path: Path) -> None:
    assert read(written(tmp_path, GOOD)) == [
        {
            "place": "train.bio.jsonl:1",
            "query_id": "7",
            "text": "red shoe",
            "tokens": ["red", "shoe"],
            "tags": ["B-color", "B-item"],
            "split": "train",
            "_unreadable": None,
        }
    ]


@pytest.mark.parametrize(
    ("line", "tokens", "tags"),
    [
        ('{"words": ["a", "b"], "tags": ["O", "O"]}', ["a", "b"], ["O", "O"]),
        ('{"query": "red  shoe", "ner_tags": "B-x O"}', ["red", "shoe"], ["B-x", "O"]),
        ('{"text": "a", "tokens": ["a"], "bio": "[\\"B-x\\"]"}', ["a"], ["B-x"]),
        ('{"text": "[sale] shoes", "tags": ["O", "O"]}', ["[sale]", "shoes"], ["O", "O"]),
        (
            '{"tokens": ["中文", "حذاء", "👟", "a\\u200bb"], "labels": "O O O O"}',
            ["中文", "حذاء", "👟", "a\u200bb"],
            ["O"] * 4,
        ),
        ('{"tokens": [], "labels": []}', [], []),
    ],
)
def test_other_names_and_forms_of_the_same_are_understood(tmp_path: Path, line: str, tokens: list, tags: list) -> None:
    (row,) = read(written(tmp_path, line))
    assert (row["tokens"], row["tags"], row["_unreadable"]) == (tokens, tags, None)
    assert row["query_id"] == "train.bio.jsonl:1"


def test_names_from_the_shop_file_go_before_the_usual_ones(tmp_path: Path) -> None:
    path = written(tmp_path, '{"id": 1, "sku": "k", "tags": ["O"], "gold": ["B-x"], "tokens": ["a"]}')
    (row,) = read(path, id="sku", tags="gold")
    assert (row["query_id"], row["tags"]) == ("k", ["B-x"])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"tokens": ["a"]', "is not JSON: Expecting ',' delimiter (character 17)"),
        ("[1, 2]", "is a list; each line is an object"),
        ('"tokens"', "is a text; each line is an object"),
        ("7", "is a number; each line is an object"),
        ("null", "is null; each line is an object"),
        ("[" * 100_000, "is not JSON"),
        (
            '{"x": 1, "y": 2}',
            "has no tags: none of tags, labels, ner_tags, bio_tags, bio, iob is there; there are x, y",
        ),
        ("{}", "; it is empty"),
        ('{"tags": ["O"]}', "has neither words nor a text; there are tags"),
        ('{"tokens": ["a"], "labels": [3]}', "has 3 at place 1 of 'labels', which is no text; write the names"),
        ('{"tokens": ["a", null], "labels": ["O", "O"]}', "has null at place 2 of 'tokens'"),
        ('{"tokens": ["a"], "labels": {"a": 1}}', "has {\"a\": 1} for 'labels'; it has to be a list of texts"),
        ('{"tokens": ["a", " "], "labels": ["O", "O"]}', "has an empty word at place 2 of 'tokens'"),
        ('{"tokens": null, "labels": ["O"]}', "has nothing for 'tokens'"),
        ('{"tokens": [["a"]], "labels": ["O"]}', 'has ["a"] at place 1 of'),
        ('{"tokens": ["\\ud800"], "labels": ["O"]}', "has half a character (a lone surrogate) in place 1 of 'tokens'"),
        ('{"id": "\\udfff", "tokens": ["a"], "labels": ["O"]}', "in the id"),
        ('{"text": 5, "tokens": ["a"], "labels": ["O"]}', "has 5 for 'text', which is no text"),
        (b'{"tokens": ["caf\xe9"], "labels": ["O"]}', "is not UTF-8: byte 17 of the line"),
        (b'{"tokens": ["' + b"a" * 2_000_000 + b'"]}', "is 2,000,017 bytes long; a query with its tags has at most"),
    ],
)
def test_a_line_that_is_no_query_says_why_and_the_others_are_read(
    tmp_path: Path, line: str | bytes, reason: str
) -> None:
    content = line.encode() if isinstance(line, str) else line
    path = written(tmp_path, GOOD.encode() + b"\n\n" + content + b"\n" + GOOD.replace("7", "8").encode())
    (told,) = reasons(path).items()
    assert told[0] == "train.bio.jsonl:3"
    assert reason in told[1]
    assert [row["query_id"] for row in read(path)] == ["7", "train.bio.jsonl:3", "8"]


def test_a_byte_order_mark_blank_lines_and_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    path = written(
        tmp_path, b"\xef\xbb\xbf" + GOOD.encode() + b"\r\n\r\n  \r\n" + GOOD.replace("7", "9").encode() + b"\r\n"
    )
    assert [(row["query_id"], row["place"][-2:]) for row in read(path)] == [("7", ":1"), ("9", ":4")]
    assert reasons(path) == {}


def test_a_packed_file_and_several_files_of_a_split_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(GOOD.encode()))
    written(tmp_path, GOOD.replace("7", "8"), "b.jsonl")
    found = read_queries({"train": tmp_path / "*.jsonl*"}, {})
    assert found["place"].to_list() == ["a.jsonl.gz:1", "b.jsonl:1"]


def test_conll_is_a_word_and_its_tag_a_line(tmp_path: Path) -> None:
    text = "-DOCSTART- O\n\n# id 1\nred B-color\nshoe NN B-item\n\n\nsale\tO\nbroken\n\nlast O"
    path = written(tmp_path, text, "train.conll")
    found = read(path)
    assert [row["tokens"] for row in found] == [["red", "shoe"], None, ["last"]]
    assert [row["tags"] for row in found] == [["B-color", "B-item"], None, ["O"]]
    assert reasons(path) == {"train.conll:8": "has a word and no tag in line 9"}


def test_a_csv_and_a_parquet_file_are_tables_of_queries(tmp_path: Path) -> None:
    csv = written(tmp_path, "query_id,query,tags\n1,red shoe,B-color B-item\n2,sale,\"['O']\"\n3,two words,\n", "q.csv")
    found = read(csv)
    assert [row["tags"] for row in found] == [["B-color", "B-item"], ["O"], None]
    assert reasons(csv) == {"q.csv:3": "has nothing for 'tags'"}
    parquet = tmp_path / "q.parquet"
    pl.DataFrame({"id": [1.0], "tokens": [["a"]], "labels": [["O"]]}).write_parquet(parquet)
    assert [(row["query_id"], row["tags"]) for row in read(parquet)] == [("1", ["O"])]


def test_a_table_of_a_source_gives_the_same_rows_by_its_column_of_splits() -> None:
    rows = pl.LazyFrame({"q": ["red shoe", "sale"], "t": ["B-c B-i", None], "part": ["test", "dev"]})
    found = queries_of(rows, {"text": "q", "tags": "t"}, "part").to_dicts()
    assert [(row["split"], row["tags"]) for row in found] == [("test", ["B-c", "B-i"]), ("dev", None)]
    assert found[0]["place"] == "row 1"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("train.jsonl", "", "holds no query. Put at least one there"),
        ("train.jsonl", "\n \n", "holds no query"),
        ("train.jsonl", "no\njson\n", "holds no query that can be read; 1: is not JSON"),
        ("train.json", "[" + GOOD + "]", r"is one JSON list, not an object a line. .* jq -c '.\[\]'"),
        ("train.json", "[\n" + GOOD + "\n]", "is one JSON list"),
        ("train.jsonl.gz", "not packed", "is a damaged gzip file"),
        ("train.xlsx", "x", "is of no kind that is read. Its name must end in .jsonl"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_file_is_an_error_with_a_way_out(
    tmp_path: Path, name: str, content: str, message: str
) -> None:
    with pytest.raises(CollectError, match=message):
        read_queries({"train": written(tmp_path, content, name)}, {})


def test_a_missing_file_and_an_empty_pattern_are_named(tmp_path: Path) -> None:
    with pytest.raises(CollectError, match=r"gone.jsonl: does not exist"):
        read_queries({"train": tmp_path / "gone.jsonl"}, {})
    with pytest.raises(CollectError, match=r"\*.jsonl: matches no file"):
        read_queries({"train": tmp_path / "*.jsonl"}, {})
    with pytest.raises(CollectError, match="is a folder"):
        read_queries({"train": tmp_path}, {})


def test_annotators_are_called_by_their_files_and_need_an_id(tmp_path: Path) -> None:
    written(tmp_path, '{"example_id": 7, "labels": ["O"]}\n{"labels": ["O"]}', "ann.jsonl")
    written(tmp_path, '{"id": "7", "labels": "B-x"}', "ben.v2.jsonl")
    found = read_annotations([tmp_path / "*.jsonl"], {}).to_dicts()
    assert [(row["annotator"], row["query_id"], row["tags"]) for row in found] == [
        ("ann", "7", ["O"]), ("ann", None, None), ("ben", "7", ["B-x"]),
    ]  # fmt: skip
    assert json.loads(found[1]["_unreadable"]) == {"ann.jsonl:2": "has no id, and by it the labels find their query"}


def test_the_state_changes_with_any_byte_and_any_file(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    before = state_of([path])
    assert state_of([path]) == before
    written(tmp_path, GOOD + " ")
    assert state_of([path]) != before
    written(tmp_path, GOOD)
    assert state_of([path]) == before
    assert state_of([tmp_path / "*.jsonl", path]) != before
