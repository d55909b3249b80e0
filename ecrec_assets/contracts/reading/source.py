"""The text of a contract file, refused before it is parsed when it is too large or is not text."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from ecrec_assets.contracts.reading.problems import Findings, Spot

MOST_BYTES = 1_000_000  # the largest of our own contracts has 33 kB
KEY_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}")  # a part of a key is a folder of the lake and of the report
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def read_source(path: Path, root: Path, findings: Findings) -> str | None:
    """The file's text without byte order mark; None when it is no readable text of a bearable size below `root`."""
    try:
        raw = _bytes(path, root, findings)
    except OSError as error:
        findings.error(Spot(0), "unreadable", f"cannot be read: {error.strerror or error}")
        return None
    return None if raw is None else _text(raw, findings)


def is_key(key: str) -> bool:
    """True for names of letters, digits, `_` and `-`, in folders: what can be a table, an asset and a page."""
    return len(key) <= 200 and all(KEY_PART.fullmatch(part) for part in key.split("/"))


def _bytes(path: Path, root: Path, findings: Findings) -> bytes | None:
    if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
        findings.error(Spot(0), "outside", f"is a link that leads out of {root}; copy the file instead")
        return None
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        findings.error(Spot(0), "unreadable", "is no regular file")
        return None
    if found.st_size > MOST_BYTES:
        message = f"has {found.st_size:,} bytes, a contract may have {MOST_BYTES:,}; keep data out of it"
        findings.error(Spot(0), "too-large", f"{message}: long value sets belong in a reference table")
        return None
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)[:MOST_BYTES]


def _text(raw: bytes, findings: Findings) -> str | None:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        findings.error(Spot(line), "not-text", f"byte {error.start:,} is not UTF-8; save the file as UTF-8")
        return None
    if odd := CONTROL.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        name = f"U+{ord(odd.group()):04X}"
        findings.error(Spot(line), "control-character", f"holds the invisible character {name}; remove it")
        return None
    return text
