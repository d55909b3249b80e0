"""Files that are no contract at all: too large, no text, no YAML, made to harm."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ecrec_assets.contracts.odcs import ContractFileError, load_contract, load_contracts
from tests.contracts.orders import ORDERS, problems_at_load, spoiled, write

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (b"", 1, "is empty; a contract starts with apiVersion"),
        (b"# only a comment\n", 1, "is empty"),
        (b"- a\n- b\n", 1, "holds a list"),
        (b"just words", 1, "holds no mapping"),
        (b"a: " + b"x" * 5_000_000, 0, "has 5,000,003 bytes, a contract may have 1,000,000"),
        (b"[" * 100_000, 1, "exceeded maximum nesting depth"),
        (b"[" * 900 + b"]" * 900, 1, "lies 40 levels deep"),
        (b"{a: " * 1_000, 1, "lies 40 levels deep"),
        (LAUGHS.encode(), 5, "holds more than 100,000 values, aliases written out"),
        (b"a: &a [*a]", 1, "'*a' names no finished anchor above it"),
        (b"a: *nobody", 1, "'*nobody'"),
        (b"id: !!python/object/apply:os.system ['touch /tmp/owned']", 1, "tag 'tag:yaml.org,2002:python/object/apply"),
        (b"id: !!binary aGk=", 1, "the YAML tag"),
        (b"id: !secret x", 1, "the YAML tag '!secret' is not read"),
        (ORDERS.encode() + b"---\nkind: DataContract\n", ORDERS.count("\n") + 1, "starts a second document"),
        (b"id: a\x00b", 1, "holds the invisible character U+0000"),
        (b"id: ab\nname: \xff\xfe", 2, "byte 13 is not UTF-8"),
        (ORDERS.encode("utf-16"), 1, "is not UTF-8"),
        ("id: a\nname: x\u202ey".encode(), 2, "holds the invisible character U+202E"),
        (b"id: a\n\tname: b", 2, "a tab indents this line"),
        (b"id: [a, b", 2, "did not find expected ',' or ']'"),
        (b"id: a\nid: b\n", 2, "'id' is given twice, first in line 1"),
        (b"id: 2017-02-30", 1, "'2017-02-30' is no valid value"),
        (b"1: a", 1, "the key 1 is read as 1, not as text"),
        (b"{a: 1}: b", 1, "a key has to be a text"),
        (b"on: a", 1, "the key on is read as True, not as text; quote it"),
        (b"id: 0x" + b"f" * 100, 1, "the number is too large"),
    ],
    ids=lambda part: part[:20] if isinstance(part, bytes) else None,
)
def test_what_is_no_contract_is_refused_at_once_with_its_line(
    tmp_path: Path, text: bytes, line: int, message: str
) -> None:
    started = time.perf_counter()
    problems = problems_at_load(tmp_path, text)
    assert time.perf_counter() - started < 2
    assert any(message in problem.message and problem.line == line for problem in problems), problems


def test_an_alias_and_a_merge_that_stay_small_are_read(tmp_path: Path) -> None:
    text = spoiled("{property: onFail, value: quarantine}", "&mild {property: onFail, value: warn}")
    text = spoiled("[{property: onFail, value: warn}]\nsla", "[*mild]\nsla", text)
    text = spoiled("kwargs: {min_value: 1,", "kwargs: {<<: {min_value: 7, mostly: 0.5},", text)
    rules = load_contract(write(tmp_path, text), tmp_path)
    assert rules.rule("sales_reach_the_web").on_fail == "warn"
    assert rules.rule("quantity_counts_pieces").kwargs == {
        "column": "quantity", "min_value": 7, "max_value": 100, "mostly": 0.99,
    }  # fmt: skip


def test_a_byte_order_mark_is_no_part_of_the_contract(tmp_path: Path) -> None:
    assert load_contract(write(tmp_path, b"\xef\xbb\xbf" + ORDERS.encode()), tmp_path).version == "1.0.0"


def test_a_link_out_of_the_folder_is_refused_and_one_inside_is_followed(tmp_path: Path) -> None:
    outside = tmp_path / "secret.yaml"
    outside.write_text(ORDERS)
    root = tmp_path / "expectations"
    path = write(root, ORDERS)
    inside = root / "raw" / "same.yaml"
    inside.symlink_to(path)
    assert load_contract(inside, root).key == "raw/same"
    path.unlink()
    path.symlink_to(outside)
    with pytest.raises(ContractFileError, match="is a link that leads out of"):
        load_contract(path, root)


def test_a_pipe_and_a_folder_and_a_broken_link_are_refused_without_waiting(tmp_path: Path) -> None:
    write(tmp_path, ORDERS)
    os.mkfifo(tmp_path / "raw" / "pipe.yaml")
    (tmp_path / "raw" / "folder.yaml").mkdir()
    with pytest.raises(ContractFileError, match="is no regular file"):
        load_contract(tmp_path / "raw" / "pipe.yaml", tmp_path)
    assert set(load_contracts(tmp_path)) == {"raw/goods", "raw/orders"}
    (tmp_path / "raw" / "gone.yaml").symlink_to(tmp_path / "nowhere.yaml")
    with pytest.raises(ContractFileError, match="cannot be read: No such file"):
        load_contracts(tmp_path)


@pytest.mark.parametrize("name", ["a b", "a\nb", "ä", ".hidden/x", "x" * 150, "a;rm", "a%2fb"])
def test_a_file_whose_name_cannot_be_a_table_is_refused_by_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(ORDERS)
    with pytest.raises(ContractFileError, match="cannot name a table") as raised:
        load_contract(path, tmp_path)
    assert "\n" not in raised.value.problems[0].message


def test_hidden_folders_and_the_schema_are_no_contracts(tmp_path: Path) -> None:
    write(tmp_path, ORDERS)
    for name in (".git/x.yaml", "contract.schema.json", "notes.yml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("not: a contract")
    assert set(load_contracts(tmp_path)) == {"raw/goods", "raw/orders"}


def test_no_code_in_a_contract_runs(tmp_path: Path) -> None:
    marker = tmp_path / "owned"
    for code in (f"!!python/object/apply:os.system ['touch {marker}']", f"!!python/name:os.system {marker}"):
        problems_at_load(tmp_path, spoiled("min_value: 1", f"min_value: {code}"))
    assert not marker.exists()


def test_loading_imports_neither_great_expectations_nor_pydantic() -> None:
    code = (
        "import sys; from pathlib import Path; from ecrec_assets.contracts.odcs import load_contracts;"
        f"assert len(load_contracts(Path({str(PROJECT / 'expectations')!r}))) >= 25;"
        "heavy = {'great_expectations', 'pydantic', 'open_data_contract_standard', 'pandas', 'jsonschema', 'dagster'};"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=True)
    assert done.stdout.strip() == "[]"
