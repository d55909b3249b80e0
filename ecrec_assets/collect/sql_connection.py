"""A connection that can only read, and errors that never show a password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ecrec_assets.collect.errors import CollectError
from ecrec_assets.collect.sql_names import shown

if TYPE_CHECKING:
    import sqlalchemy as sa

DRIVERS = {"postgresql": "Run pip install 'ecrec[postgres]'."}


@contextmanager
def connection(url: str) -> Iterator[sa.Connection]:
    """One read-only transaction, rolled back at the end. CollectError when the database does not answer."""
    import sqlalchemy as sa

    engine = _engine(url)
    try:
        try:
            opened = engine.connect().execution_options(**_options(engine))
            if engine.dialect.name in ("mysql", "mariadb"):
                opened.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
                opened.rollback()
            opened.begin()
        except sa.exc.DBAPIError as error:
            raise CollectError(
                shown(url), f"does not answer ({_reason(error, url)})", "Check the address, the user and the server."
            ) from None
        with opened:
            yield opened
    finally:
        engine.dispose()


@contextmanager
def told(url: str) -> Iterator[None]:
    """What the database says against a statement, as a CollectError."""
    import sqlalchemy as sa

    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        raise CollectError(
            shown(url), f"refuses the statement ({_reason(error, url)})", "Check table and query."
        ) from None


def _engine(url: str) -> sa.Engine:
    import sqlalchemy as sa
    from sqlalchemy.pool import NullPool

    try:
        parsed = sa.engine.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise CollectError(
            shown(url), "is no database address", "Write it as postgresql://user:${PASSWORD}@host/database."
        ) from None
    try:
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg2")
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed)
        return sa.create_engine(parsed, poolclass=NullPool, hide_parameters=True, connect_args=_arguments(parsed))
    except (sa.exc.NoSuchModuleError, ImportError) as error:
        way = DRIVERS.get(parsed.get_backend_name(), "Install the SQLAlchemy driver of this database.")
        raise CollectError(shown(url), f"needs a driver that is not installed ({error})", way) from None


def _sqlite(url: sa.URL) -> sa.Engine:
    """Opened so that SQLite itself refuses to write; a file that is missing is not made."""
    import sqlite3

    import sqlalchemy as sa
    from sqlalchemy.pool import NullPool

    path = Path(url.database or "")
    if not url.database or not path.is_file():
        raise CollectError(url.database or "sqlite://", "there is no such SQLite file", "Check the path.")
    address = f"{path.resolve().as_uri()}?mode=ro"
    return sa.create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(address, uri=True, check_same_thread=False), poolclass=NullPool
    )


def _arguments(url: sa.URL) -> dict[str, object]:
    if url.get_backend_name() == "postgresql" and url.get_driver_name() == "psycopg2":
        return {"connect_timeout": 15, "options": "-c default_transaction_read_only=on -c timezone=UTC"}
    return {}


def _options(engine: sa.Engine) -> dict[str, object]:
    """One state of the data for the whole read, where the database can."""
    if engine.dialect.name == "postgresql":
        return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return {}


def _reason(error: Exception, url: str) -> str:
    """The driver's first line, without the statement, its values, and the password."""
    import sqlalchemy as sa

    told_by = error.orig if isinstance(error, sa.exc.DBAPIError) and error.orig else error
    text = str(told_by).strip().split("\n")[0]
    password = sa.engine.make_url(url).password
    return text.replace(str(password), "***") if password else text
