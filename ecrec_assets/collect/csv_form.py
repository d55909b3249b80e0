"""How a CSV file is written: its encoding and its separator, read from the file itself."""

from __future__ import annotations

import codecs
import csv
import gzip
from pathlib import Path
from typing import NamedTuple, TextIO

from ecrec_assets.collect.errors import CollectError
from ecrec_assets.collect.file_chunks import chunks

SEPARATORS = (",", ";", "\t", "|")
HEAD_LINES = 50
UNDEFINED_IN_1252 = b"\x81\x8d\x8f\x90\x9d"
NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a byte order mark",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
}


class CsvForm(NamedTuple):
    """`encoding` is Python's name of it."""

    encoding: str = "utf-8"
    separator: str = ","

    @property
    def plain(self) -> bool:
        """UTF-8 text, which polars reads without help."""
        return self.encoding.startswith("utf-8")

    def __str__(self) -> str:
        sign = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}[self.separator]
        return f"{NAMES[self.encoding]}, separated by {sign}"


def form_of(path: Path) -> CsvForm:
    """Reads the file once. CollectError when it is empty, damaged gzip, or no text at all."""
    encoding = _encoding(path)
    head = _head(path, encoding)
    if not "".join(head).strip("\ufeff \r\n\t"):
        raise CollectError(path, "is empty", "A table without rows still needs its header line.")
    return CsvForm(encoding, _separator(head))


def _encoding(path: Path) -> str:
    """UTF-8 where every byte fits; else Windows-1252 where bytes only it uses occur, else Latin-1."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid, high, start = True, b"", b""
    for chunk in chunks(path):
        start = start or chunk[:4]
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if b"\0" in chunk:
            raise CollectError(path, "has zero bytes, so it is no text", "Write it as UTF-8 text.")
        if valid:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                valid = False
        high = bytes({*high, *(byte for byte in set(chunk) if 0x80 <= byte <= 0x9F)})
    if valid and not decoder.getstate()[0]:
        return "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
    return "cp1252" if high and not set(high) & set(UNDEFINED_IN_1252) else "latin-1"


def _separator(head: list[str]) -> str:
    """The sign that parts the first lines into the same number of values, more than one; a comma when none does."""
    best, most = ",", 1
    for sign in SEPARATORS:
        widths = [len(row) for row in csv.reader(head, delimiter=sign) if row]
        alike = sum(width == widths[0] for width in widths) / len(widths)
        if widths[0] > most and alike > 0.5:
            best, most = sign, widths[0]
    return best


def _head(path: Path, encoding: str) -> list[str]:
    with open_text(path, encoding) as file:
        return [line for line, _ in zip(file, range(HEAD_LINES), strict=False)]


def open_text(path: Path, encoding: str) -> TextIO:
    """The file as text, unpacked where it is gzip, line ends as they are."""
    if path.suffix.lower() == ".gz":
        return gzip.open(path, "rt", encoding=encoding, newline="")
    return path.open(encoding=encoding, newline="")


def as_utf8(path: Path, encoding: str) -> bytes:
    """The whole file in UTF-8, in memory."""
    return b"".join(chunks(path)).decode(encoding).encode()
