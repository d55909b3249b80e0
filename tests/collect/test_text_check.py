import gzip
from pathlib import Path

import pytest

from ecrec_assets.collect import file_chunks
from ecrec_assets.collect.errors import CollectError
from ecrec_assets.collect.text_check import check_text

PLENTY = 10**9


def _file(tmp_path: Path, content: bytes, name: str = "prices.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", "a\nCrème brûlée\n".encode(), b"\xef\xbb\xbfa\n1\n"])
def test_utf8_with_or_without_bom_passes(tmp_path: Path, content: bytes) -> None:
    check_text(_file(tmp_path, content), max_bytes=PLENTY)
    check_text(_file(tmp_path, gzip.compress(content), "prices.csv.gz"), max_bytes=PLENTY)


def test_another_encoding_is_named_with_its_byte_and_the_way_out(tmp_path: Path) -> None:
    path = _file(tmp_path, "product\nCrème\n".encode("windows-1252"))
    with pytest.raises(CollectError) as caught:
        check_text(path, max_bytes=PLENTY)
    assert str(path) in str(caught.value)
    assert "is not UTF-8: byte 10 " in str(caught.value)
    assert "iconv -f WINDOWS-1252 -t UTF-8" in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_recognised(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(CollectError, match="iconv -f UTF-16"):
        check_text(_file(tmp_path, "product\nCake\n".encode(encoding)), max_bytes=PLENTY)


def test_the_byte_is_right_when_a_character_straddles_two_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_chunks, "CHUNK", 4)
    check_text(_file(tmp_path, "abcé,defé".encode()), max_bytes=PLENTY)
    with pytest.raises(CollectError, match="byte 3 "):
        check_text(_file(tmp_path, b"abc\xc3(def"), max_bytes=PLENTY)
    with pytest.raises(CollectError, match="byte 9 "):
        check_text(_file(tmp_path, b"abcdefghi\xff"), max_bytes=PLENTY)


def test_a_character_cut_off_at_the_end_is_found(tmp_path: Path) -> None:
    with pytest.raises(CollectError, match="byte 3 "):
        check_text(_file(tmp_path, b"a,b\xc3"), max_bytes=PLENTY)


@pytest.mark.parametrize("content", [b"", b"\n\n  \r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_called_empty(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(CollectError, match=r"is empty\. A table without rows still needs its header"):
        check_text(_file(tmp_path, content), max_bytes=PLENTY)


def test_a_small_gzip_cannot_unpack_without_limit(tmp_path: Path) -> None:
    path = _file(tmp_path, gzip.compress(b"1,2\n" * 1_000_000), "bomb.csv.gz")
    assert path.stat().st_size < 50_000
    with pytest.raises(CollectError, match=r"more than 3,000,000 bytes of text"):
        check_text(path, max_bytes=3_000_000)


@pytest.mark.parametrize("damage", [lambda packed: packed[:-20], lambda packed: b"not gzip at all"])
def test_a_damaged_gzip_is_named(tmp_path: Path, damage) -> None:
    path = _file(tmp_path, damage(gzip.compress(bytes(range(65, 90)) * 99)), "lines.csv.gz")
    with pytest.raises(CollectError, match="damaged gzip file"):
        check_text(path, max_bytes=PLENTY)
