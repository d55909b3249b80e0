"""Whether a file is UTF-8 text at all, before a CSV parser is asked."""

from __future__ import annotations

import codecs
from pathlib import Path

from ecrec_assets.collect.errors import CollectError
from ecrec_assets.collect.file_chunks import chunks

ICONV = "Save it as UTF-8, for example with 'iconv -f {} -t UTF-8 old.csv > new.csv'."


def check_text(path: Path, *, max_bytes: int) -> None:
    """Reads the file once. CollectError when it is empty, not UTF-8 (with the byte), damaged gzip, or too large.

    `max_bytes` bounds the text after unpacking, so that a small gzip cannot fill the disk.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    read, blank = 0, True
    for chunk in chunks(path):
        kept = len(decoder.getstate()[0])
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            raise _not_utf8(path, read - kept + error.start, chunk if read == 0 else b"") from error
        if "\0" in text:
            raise CollectError(path, "has zero bytes, so it is UTF-16 or no text at all", ICONV.format("UTF-16"))
        read, blank = read + len(chunk), blank and not text.strip("\ufeff \r\n\t")
        if read > max_bytes:
            raise CollectError(path, f"is more than {max_bytes:,} bytes of text", "Split it into several files.")
    if blank:
        raise CollectError(path, "is empty", "A table without rows still needs its header line.")
    if decoder.getstate()[0]:
        raise _not_utf8(path, read - len(decoder.getstate()[0]), b"")


def _not_utf8(path: Path, offset: int, start: bytes) -> CollectError:
    encoding = "UTF-16" if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "WINDOWS-1252"
    return CollectError(path, f"is not UTF-8: byte {offset:,} belongs to no character", ICONV.format(encoding))
