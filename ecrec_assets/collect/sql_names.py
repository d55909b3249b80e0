"""What a statement reads from, by names that are quoted by the database's own rules."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from ecrec_assets.collect.errors import CollectError
from ecrec_assets.collect.sql_types import Kind, kind_of, postgres_kind, sqlite_kind

if TYPE_CHECKING:
    import sqlalchemy as sa


class Readable(NamedTuple):
    """What to select from, and its columns with their types."""

    selectable: sa.FromClause
    kinds: tuple[tuple[str, Kind], ...]


def shown(url: str) -> str:
    """The address without user and password."""
    scheme, found, rest = url.partition("://")
    if not found:
        return "the database"
    return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"


def selectable_of(connection: sa.Connection, source: str, table: str | None, query: str | None) -> Readable:
    """The table or the query. CollectError when it is not there, with the nearest right name."""
    if query is not None:
        return _of_query(connection, source, query)
    assert table is not None
    return _of_table(connection, source, table)


def parts_of(name: str) -> tuple[str | None, str]:
    """`public.lines` -> (public, lines); double quotes hold a name together: `"My.Schema"."Lines"`."""
    parts, quoted = [""], False
    for sign in name:
        if sign == '"':
            quoted = not quoted
        elif sign == "." and not quoted:
            parts.append("")
        else:
            parts[-1] += sign
    if quoted or len(parts) > 2 or not all(parts):
        raise ValueError(f"'{name}' is no table name; write table or schema.table")
    return (parts[0], parts[1]) if len(parts) == 2 else (None, parts[0])


def _of_table(connection: sa.Connection, source: str, name: str) -> Readable:
    import sqlalchemy as sa

    try:
        schema, table = parts_of(name)
    except ValueError as error:
        raise CollectError(source, str(error), "Names with dots go into double quotes.") from None
    inspector = sa.inspect(connection)
    try:
        columns = inspector.get_columns(table, schema=schema)
    except sa.exc.NoSuchTableError:
        columns = []
    if not columns:
        known = [*inspector.get_table_names(schema=schema), *inspector.get_view_names(schema=schema)]
        near = get_close_matches(table, known, n=1, cutoff=0.5)
        way = f"Do you mean '{near[0]}'?" if near else f"There are {', '.join(sorted(known)[:20]) or 'no tables'}."
        raise CollectError(source, f"has no table '{name}'", way)
    named = sa.table(
        sa.sql.quoted_name(table, quote=True),
        *(sa.column(sa.sql.quoted_name(column["name"], quote=True), column["type"]) for column in columns),
        schema=sa.sql.quoted_name(schema, quote=True) if schema else None,
    )
    is_sqlite = connection.dialect.name == "sqlite"
    kinds = ((str(column["name"]), kind_of(column["type"], exact=not is_sqlite)) for column in columns)
    return Readable(named, tuple(kinds))


def _of_query(connection: sa.Connection, source: str, query: str) -> Readable:
    import sqlalchemy as sa

    text = query.strip().rstrip(";").rstrip()
    if ";" in text:
        raise CollectError(source, "the query has a ';' inside", "Give one SELECT.")
    described = _described(connection, source, text)
    columns: list[sa.ColumnClause[Any]] = [sa.column(sa.sql.quoted_name(name, quote=True)) for name, _ in described]
    answer = _plain(text).columns(*columns).subquery("answer")
    return Readable(answer, described)


def _plain(query: str) -> sa.TextClause:
    """The text as it is: a colon or a percent sign in it is no parameter."""
    import sqlalchemy as sa

    return sa.text(query.replace(":", r"\:"))


def _described(connection: sa.Connection, source: str, query: str) -> tuple[tuple[str, Kind], ...]:
    """Names and types of a query's columns, from the database, without running it to its end."""
    dialect = connection.dialect.name
    if dialect == "sqlite":
        cursor = connection.execute(_plain(f"SELECT * FROM (\n{query}\n) LIMIT 1000"))  # noqa: S608 (the shop's own)
        names, rows = list(cursor.keys()), cursor.fetchall()
        values = zip(*rows, strict=True) if rows else ([] for _ in names)
        return tuple((name, sqlite_kind(list(found))) for name, found in zip(names, values, strict=True))
    if dialect == "postgresql":
        cursor = connection.execute(_plain(f"SELECT * FROM (\n{query}\n) AS answer LIMIT 0"))  # noqa: S608
        return tuple((column[0], postgres_kind(column)) for column in cursor.cursor.description)
    raise CollectError(
        source, f"queries on {dialect} are not supported", "Make a view of it and give its name as 'table'."
    )
