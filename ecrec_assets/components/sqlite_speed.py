"""Lets the embedded SQLite stores commit without waiting for the disk each time.

Dagster writes several transactions an event and a run of ecrec has some 1,600 events; with the default
`synchronous=FULL` the waiting took 96 s of a 155 s run (measured). NORMAL keeps a store whole when the process
dies; only a power cut can lose the last events of the log, never a published table.
"""

import sqlite3
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine


def commit_without_waiting() -> None:
    """For every SQLite connection that this process opens from now on."""
    if not event.contains(Engine, "connect", _normal):
        event.listen(Engine, "connect", _normal)


def _normal(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=NORMAL")
