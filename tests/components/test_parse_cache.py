"""Syntax trees are parsed once a machine, not once a process."""

from pathlib import Path

import pytest

from ecrec_assets.components import parse_cache
from ecrec_assets.components.parse_cache import Parsed

FOUND = Parsed("0123", ("ecrec_assets.verdict",))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(parse_cache, "FILE", tmp_path / "cache" / "trees.json")
    parse_cache._kept.cache_clear()
    yield tmp_path / "cache" / "trees.json"
    parse_cache._kept.cache_clear()
    parse_cache._new.clear()


def fail() -> Parsed:
    raise AssertionError("parsed again")


def test_the_next_process_does_not_parse_again(file: Path) -> None:
    assert parse_cache.parsed(b"a = 1", lambda: FOUND) == FOUND
    parse_cache.save()
    parse_cache._kept.cache_clear()
    assert parse_cache.parsed(b"a = 1", fail) == FOUND


def test_a_changed_source_is_parsed(file: Path) -> None:
    parse_cache.parsed(b"a = 1", lambda: FOUND)
    parse_cache.save()
    with pytest.raises(AssertionError, match="parsed again"):
        parse_cache.parsed(b"a = 2", fail)


@pytest.mark.parametrize("spoiled", ["", "{", '{"a": 1}', "[]"])
def test_a_spoiled_file_is_as_none(file: Path, spoiled: str) -> None:
    file.parent.mkdir()
    file.write_text(spoiled)
    assert parse_cache.parsed(b"a = 1", lambda: FOUND) == FOUND


def test_a_folder_that_cannot_be_written_harms_nobody(file: Path) -> None:
    file.parent.write_text("not a folder")
    parse_cache.parsed(b"a = 1", lambda: FOUND)
    parse_cache.save()
    assert parse_cache.parsed(b"a = 1", fail) == FOUND
