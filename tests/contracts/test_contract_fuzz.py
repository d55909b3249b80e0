"""Real contracts, broken at random: they load or raise ContractFileError, soon and without running code."""

from __future__ import annotations

import copy
import io
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrec_assets.contracts.lint.check import lint
from ecrec_assets.contracts.odcs import ContractFileError, contract_files, load_contract
from ecrec_assets.contracts.reading.source import MOST_BYTES

EXPECTATIONS = Path(__file__).parents[2] / "expectations"
TEXTS = {path.relative_to(EXPECTATIONS).as_posix(): path.read_bytes() for path in contract_files(EXPECTATIONS)}
SMALL = sorted(TEXTS, key=lambda name: len(TEXTS[name]))[:12]
LONGEST_SECONDS = 5.0  # a file of 33 kB takes 0.02 s; the rest is room for a busy machine
MOST_MEMORY = 64_000_000
HOSTILE: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1,
    10**29,
    -1e308,
    float("nan"),
    float("inf"),
    0.5,
    "",
    " ",
    "x" * 5_000,
    "\u202e",
    "a.b",
    "../x",
    "raw/products.product_id",
    [],
    {},
    [[]],
    [{}],
    [None],
    {"a": 1},
    {"": ""},
    [1, "a", None],
    "2017-02-30",
    "2017-01-01",
    "1",
    {"property": "onFail", "value": []},
    {"div": ["a", 0]},
    {"add": []},
    "expect_column_values_to_be_between",
    {"$PARAMETER": "x"},
    "(a+)+$",
    "[",
    "(?P<n",
    "a{99999}",
    "raw/products",
]
DANGEROUS = [
    b"!!python/object/apply:os.system ['false']",
    b"&a [*a, *a]",
    b"<<: *a",
    b"*a",
    b"---\n",
    b"...\n",
    b"? ",
    b"\t",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"{",
    b"}",
    b"[",
    b"]",
    b"|",
    b">",
    b"%YAML 9.9\n",
    b"'",
    b'"',
    b"\\u0000",
    b": ",
    b"- ",
    b"#",
    b".nan",
    b"~",
    b"!",
    b"&",
    b"0x1",
    b"12:30:45",
    b"2017-01-01",
    b"\r",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
]


def outcome(folder: Path, content: bytes) -> str:
    """`loaded` or `refused`; any other exception, a long wait or a lot of memory fails the test."""
    path = folder / "raw" / "fuzzed.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    started = time.process_time()
    try:
        load_contract(path, folder)
        return "loaded"
    except ContractFileError as error:
        assert error.problems
        assert all(problem.message.isprintable() and problem.line >= 0 for problem in error.problems), str(error)
        return "refused"
    finally:
        assert time.process_time() - started < LONGEST_SECONDS


def spots(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value of a document."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from spots(item, (*path, key))


def changed(document: Any, path: tuple[Any, ...], change: str, value: Any) -> Any:
    """The document with one place replaced, deleted, doubled, wrapped in a list or renamed."""
    if not path:
        return value
    owner = document
    for part in path[:-1]:
        owner = owner[part]
    last = path[-1]
    match change:
        case "delete":
            del owner[last]
        case "double" if isinstance(owner, list):
            owner.append(owner[last])
        case "wrap":
            owner[last] = [owner[last]]
        case "rename" if isinstance(owner, dict):
            owner[f"{last}x"] = owner.pop(last)
        case _:
            owner[last] = value
    return document


@st.composite
def misshapen(draw: st.DrawFn) -> bytes:
    """One to three changes to the structure of a real contract."""
    document = yaml.load(TEXTS[draw(st.sampled_from(SMALL))], Loader=yaml.CSafeLoader)
    for _ in range(draw(st.integers(1, 3))):
        paths = list(spots(document))
        path = paths[draw(st.integers(0, len(paths) - 1))]
        change = draw(st.sampled_from(["replace", "replace", "delete", "double", "wrap", "rename"]))
        document = changed(document, path, change, copy.deepcopy(draw(st.sampled_from(HOSTILE))))
    return yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=draw(st.booleans())).encode()


@st.composite
def mangled(draw: st.DrawFn) -> bytes:
    """One to five changes to the bytes of a real contract."""
    content = TEXTS[draw(st.sampled_from(SMALL))]
    for _ in range(draw(st.integers(1, 5))):
        at, length = draw(st.integers(0, len(content))), draw(st.integers(0, 40))
        piece = draw(st.one_of(st.sampled_from(DANGEROUS), st.binary(max_size=8)))
        content = content[:at] + piece * draw(st.sampled_from([1, 1, 1, 50])) + content[at + length :]
    return content


def fuzz(examples: int) -> Any:
    """Settings that draw the same examples every time."""
    return settings(
        max_examples=examples, derandomize=True, deadline=None, database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )  # fmt: skip


@fuzz(200)
@given(content=misshapen())
def test_a_contract_of_another_shape_loads_or_is_refused(tmp_path: Path, content: bytes) -> None:
    assert outcome(tmp_path, content) in ("loaded", "refused")


@fuzz(200)
@given(content=mangled())
def test_a_contract_of_other_bytes_loads_or_is_refused(tmp_path: Path, content: bytes) -> None:
    assert outcome(tmp_path, content) in ("loaded", "refused")


@fuzz(60)
@given(content=misshapen())
def test_lint_takes_whatever_loading_takes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "raw" / "fuzzed.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    for problem in lint(tmp_path, [path], engine=False):
        assert problem.message.isprintable()


def test_a_single_hostile_value_at_every_place_of_a_contract(tmp_path: Path) -> None:
    """Not at random: each value in HOSTILE at each place of the smallest contract."""
    name = SMALL[0]
    count = {"loaded": 0, "refused": 0}
    places = list(spots(yaml.load(TEXTS[name], Loader=yaml.CSafeLoader)))
    for number, path in enumerate(places):
        for value in HOSTILE[number % 3 :: 3]:
            document = changed(yaml.load(TEXTS[name], Loader=yaml.CSafeLoader), path, "replace", value)
            content = yaml.dump(document, Dumper=yaml.CSafeDumper).encode()
            count[outcome(tmp_path, content)] += 1
    assert count["refused"] > count["loaded"] > 0


def test_the_largest_file_that_is_read_stays_within_memory(tmp_path: Path) -> None:
    content = io.BytesIO()
    content.write(b"schema: [")
    while content.tell() < MOST_BYTES - 10:
        content.write(b"{a: 1},")
    content.write(b"]")
    tracemalloc.start()
    try:
        assert outcome(tmp_path, content.getvalue()) == "refused"
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def test_nothing_is_imported_or_run_by_reading(tmp_path: Path) -> None:
    """Everything a contract could make Python do leaves an audit event."""
    seen: list[str] = []
    active = [True]

    def watch(event: str, _: Any) -> None:
        if active[0] and event.startswith(
            ("subprocess", "os.system", "os.exec", "os.posix_spawn", "socket.connect", "exec")
        ):
            seen.append(event)

    sys.addaudithook(watch)
    try:
        for piece in DANGEROUS:
            for name in SMALL[:4]:
                content = TEXTS[name]
                outcome(tmp_path, content.replace(b": ", b": " + piece, 1))
                outcome(tmp_path, content[: len(content) // 2] + piece + content[len(content) // 2 :])
    finally:
        active[0] = False
    assert seen == []


@pytest.mark.slow
@fuzz(6_000)
@given(content=st.one_of(misshapen(), mangled()))
def test_thousands_of_broken_contracts_load_or_are_refused(tmp_path: Path, content: bytes) -> None:
    assert outcome(tmp_path, content) in ("loaded", "refused")
    for problem in lint(tmp_path, [tmp_path / "raw" / "fuzzed.yaml"], engine=False):
        assert problem.message.isprintable()
