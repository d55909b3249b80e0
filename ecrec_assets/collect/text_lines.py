"""The lines of a UTF-8 text file with their numbers; a line that is no text, or far too long, says so."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

from ecrec_assets.collect.errors import CollectError

MOST_BYTES = 1 << 20  # of one line; a query has a hundred, and what is a thousand times that is no query
BOM = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """Number from 1, the text without its end, and why it has none."""

    number: int
    text: str
    wrong: str = ""


def text_lines(path: Path, *, most_bytes: int = MOST_BYTES) -> Iterator[Line]:
    """Every line, blank ones too; a byte order mark is left out. CollectError for a file that cannot be read."""
    number = 0
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
            while found := file.readline(most_bytes + 1):
                number += 1
                if len(found) > most_bytes:
                    size = len(found) + (0 if found.endswith(b"\n") else _rest(file))
                    yield Line(number, "", f"is {size:,} bytes long; a query with its tags has at most {most_bytes:,}")
                    continue
                yield _line(number, found.removeprefix(BOM) if number == 1 else found)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise CollectError(path, f"is a damaged gzip file ({error})", "Copy it again from its source.") from error
    except OSError as error:
        reason = "does not exist" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        raise CollectError(path, reason, "Check the path and the rights.") from error


def _line(number: int, content: bytes) -> Line:
    try:
        return Line(number, content.decode("utf-8").rstrip("\r\n"))
    except UnicodeDecodeError as error:
        return Line(number, "", f"is not UTF-8: byte {error.start + 1:,} of the line belongs to no character")


def _rest(file: gzip.GzipFile | BufferedReader) -> int:
    """The bytes up to the end of a line that is not kept."""
    size = 0
    while more := file.readline(MOST_BYTES):
        size += len(more)
        if more.endswith(b"\n"):
            break
    return size
