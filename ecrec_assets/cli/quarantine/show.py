"""`ecrec quarantine show`: rows that were kept out, with the rules they failed."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecrec_assets.cli.quarantine.privacy import hidden_columns, masked
from ecrec_assets.cli.quarantine.scope import contract_of, require_rule, say, the_lake, told, write_out

if TYPE_CHECKING:
    import polars as pl
    from rich.table import Table
    from rich.text import Text


def show(
    table: Annotated[str, typer.Argument(help="A table, such as raw/transactions.")],
    rule: Annotated[str | None, typer.Option(help="Only rows that failed this rule.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many rows.")] = 20,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show personal values too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Show rows in quarantine with the rules each failed. Values that are not public are masked."""
    from ecrec_assets.lake.identical import ROW_ID, values_of
    from ecrec_assets.lake.row_text import plain

    with told():
        contract = contract_of(table)
        kept = require_rule(the_lake().kept_out(contract.key), rule, contract)
    rows = kept.head(limit).select(ROW_ID, "_failed_rules", *values_of(kept.columns))
    hidden = [] if reveal else hidden_columns(contract, values_of(kept.columns))
    rows = masked(rows, hidden)
    if as_json:
        write_out(json.dumps([plain(row) for row in rows.iter_rows(named=True)], ensure_ascii=False, indent=2))
        return
    _print(rows)
    counted = f"{rows.height:,} of {kept.height:,} rows" if kept.height > rows.height else f"{kept.height:,} rows"
    said = f"; masked: {', '.join(hidden)} (--reveal shows them)" if hidden else ""
    say(f"{counted} in quarantine of {contract.key}{f' by {rule}' if rule else ''}{said}", "dim")


def _print(rows: "pl.DataFrame") -> None:
    """A table where it fits the terminal, a paragraph a row where it does not."""
    from rich.console import Console

    console = Console()
    table = _table(rows)
    unlimited = console.options.update(max_width=10_000)
    if console.measure(table, options=unlimited).maximum <= console.width:
        console.print(table)
        return
    for row in rows.iter_rows(named=True):
        console.print(_paragraph(row), soft_wrap=False)


def _table(rows: "pl.DataFrame") -> "Table":
    from rich.table import Table
    from rich.text import Text

    names = [name for name in rows.columns if name not in ("_row_id", "_failed_rules")]
    shown = Table(box=None, header_style="bold")
    for name in ("row", *names, "failed rules"):
        numeric = name in rows.columns and rows.schema[name].is_numeric()
        shown.add_column(Text(name), justify="right" if numeric else "left", no_wrap=True)
    for row in rows.iter_rows(named=True):
        cells = [_shown(row[name]) for name in names]
        shown.add_row(row["_row_id"][:8], *map(Text, cells), Text("\n".join(row["_failed_rules"])))
    return shown


def _paragraph(row: dict[str, Any]) -> "Text":
    from rich.text import Text

    text = Text.assemble((row["_row_id"][:8], "bold"), "  ", (", ".join(row["_failed_rules"]), "red"), "\n  ")
    for name, value in row.items():
        if name not in ("_row_id", "_failed_rules"):
            text.append(f"{name}=", "dim").append(_shown(value)).append("  ")
    return text


def _shown(value: Any) -> str:
    if value is None:
        return "(none)"
    return '""' if value == "" else str(value)
