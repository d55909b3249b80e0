"""A table of a database, or the answer of a query, streamed: rows are never all in memory, nothing is ever written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
from polars.io.plugins import register_io_source

from ecrec_assets.collect.errors import CollectError
from ecrec_assets.collect.sql_names import selectable_of, shown
from ecrec_assets.collect.sql_types import Kind, series

if TYPE_CHECKING:
    import sqlalchemy as sa

BATCH = 50_000


class Between(NamedTuple):
    """Rows whose `column` is at least `first` and before `end`, and with `nulls` those without a value.

    The database looks for them, not we.
    """

    column: str
    first: object
    end: object
    nulls: bool = False


def read_sql(
    url: str, *, table: str | None = None, query: str | None = None, where: Between | None = None
) -> pl.LazyFrame:
    """The rows of `table` (`name` or `schema.name`) or of one SELECT, read anew at each collect, in batches.

    Types are the database's: NUMERIC(p, s) becomes Decimal, TIMESTAMPTZ a Datetime in UTC, JSON and UUID text. Only
    the columns and the rows that are used are asked for. The connection is read-only and sees one state of the data.

    Raises CollectError when the database does not answer, the table is not there, or a value does not fit its type;
    no message holds the password.
    """
    if (table is None) == (query is None):
        raise ValueError("give either a table or a query")
    with _connection(url) as connection, _told(url):
        kinds = dict(selectable_of(connection, shown(url), table, query).kinds)
    if where is not None and where.column not in kinds:
        raise CollectError(shown(url), f"has no column '{where.column}'", f"It has {', '.join(kinds)}.")

    def batches(
        columns: list[str] | None, predicate: pl.Expr | None, rows: int | None, size: int | None
    ) -> Iterator[pl.DataFrame]:
        names = columns or list(kinds)
        with _connection(url) as connection, _told(url):
            statement = _statement(selectable_of(connection, shown(url), table, query).selectable, names, where, rows)
            result = connection.execution_options(stream_results=True, max_row_buffer=BATCH).execute(statement)
            for part in result.partitions(min(size or BATCH, BATCH)):
                frame = _frame(part, {name: kinds[name] for name in names}, shown(url))
                yield frame if predicate is None else frame.filter(predicate)

    return register_io_source(batches, schema={name: kind.dtype for name, kind in kinds.items()})


def extent(url: str, column: str, *, table: str | None = None, query: str | None = None) -> tuple[Any, Any] | None:
    """The least and the greatest value of a column, asked of the database; None when there is none."""
    import sqlalchemy as sa

    with _connection(url) as connection, _told(url):
        found = selectable_of(connection, shown(url), table, query)
        if column not in dict(found.kinds):
            raise CollectError(shown(url), f"has no column '{column}'", f"It has {', '.join(dict(found.kinds))}.")
        place = found.selectable.c[column]
        row = connection.execute(sa.select(sa.func.min(place), sa.func.max(place))).one()
    least, most = series("extent", list(row), dict(found.kinds)[column])
    return None if least is None else (least, most)


def _statement(selectable: sa.FromClause, names: list[str], where: Between | None, rows: int | None) -> sa.Select[Any]:
    import sqlalchemy as sa

    statement = sa.select(*(selectable.c[name] for name in names))
    if where is not None:
        column = selectable.c[where.column]
        inside = sa.and_(column >= where.first, column < where.end)
        statement = statement.where(sa.or_(inside, column.is_(None)) if where.nulls else inside)
    return statement if rows is None else statement.limit(rows)


def _frame(rows: Any, kinds: dict[str, Kind], source: str) -> pl.DataFrame:
    columns = zip(*rows, strict=True)
    found = []
    for (name, kind), values in zip(kinds.items(), columns, strict=True):
        try:
            found.append(series(name, list(values), kind))
        except (pl.exceptions.PolarsError, TypeError, ValueError, OverflowError) as error:
            what = f"column '{name}' has a value that is no {kind.dtype} ({str(error).splitlines()[0]})"
            raise CollectError(source, what, "Cast the column in a query, or mend the value.") from error
    return pl.DataFrame(found)


def _connection(url: str) -> Any:
    from ecrec_assets.collect.sql_connection import connection

    return connection(url)


def _told(url: str) -> Any:
    from ecrec_assets.collect.sql_connection import told

    return told(url)
