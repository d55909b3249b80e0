"""The bytes of a file, unpacked if it is a gzip file, a megabyte at a time."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from ecrec_assets.collect.errors import CollectError

CHUNK = 1 << 20


def chunks(path: Path) -> Iterator[bytes]:
    """CollectError for a damaged gzip file and for one that cannot be read."""
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise CollectError(path, f"is a damaged gzip file ({error})", "Copy it again from its source.") from error
    except OSError as error:
        raise CollectError(
            path, f"cannot be read ({error.strerror or error})", "Check the disk and the rights."
        ) from error
