"""Lets the embedded SQLite stores commit without waiting for the disk each time.

Dagster opens and closes a connection several times an event, and a run of ecrec has about a thousand events. Two
defaults make each of them wait for the disk: `synchronous=FULL` at every commit, and the checkpoint that SQLite makes
when the last connection closes. Measured: 60 s of waiting in a run of 225 s. NORMAL keeps a store whole when the
process dies; only a power cut can lose the last events of the log, never a published table.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine


@contextmanager
def commits_without_waiting() -> Iterator[None]:
    """For every SQLite database that SQLAlchemy opens meanwhile."""
    kept: dict[str, sqlite3.Connection] = {}

    def on_connect(connection: Any, _record: Any) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous=NORMAL")
            _keep_open(connection, kept)

    event.listen(Engine, "connect", on_connect)
    try:
        yield
    finally:
        event.remove(Engine, "connect", on_connect)
        for connection in kept.values():
            connection.close()


def _keep_open(connection: sqlite3.Connection, kept: dict[str, sqlite3.Connection]) -> None:
    """One idle connection a file, so that no other one is the last to close."""
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    if path and path not in kept:
        keeper = sqlite3.connect(path, check_same_thread=False)
        keeper.execute("SELECT count(*) FROM sqlite_master").fetchone()
        kept[path] = keeper
