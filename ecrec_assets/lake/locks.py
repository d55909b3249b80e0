"""Locks between processes. The kernel gives them back when their holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Hold:
    """Holds an exclusive lock on a file until `release`, until it is forgotten, or until the process ends."""

    def __init__(self, path: Path, *, wait: bool = True) -> None:
        """BlockingIOError when another holds it and `wait` is false."""
        self._file: int | None = None
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def __del__(self) -> None:
        self.release()


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Waits until no other process, and no other thread, is inside."""
    hold = Hold(path)
    try:
        yield
    finally:
        hold.release()


def is_held(path: Path) -> bool:
    """Whether someone alive holds the lock."""
    try:
        Hold(path, wait=False).release()
    except BlockingIOError:
        return True
    return False
