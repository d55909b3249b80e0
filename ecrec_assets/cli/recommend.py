"""`ecrec recommend`: the champion's list for one household, with names, probabilities and reasons."""

import sys
from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from ecrec_assets.settings import get_settings


def recommend(
    household: Annotated[int, typer.Argument(help="Id of a household, such as 900. An unknown one gets what sells.")],
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=200, help="Length of the list.")] = 10,
    new_only: Annotated[bool, typer.Option("--new", help="Only products the household never bought.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Show what a household will probably buy in the next four weeks, with the probability Z of each product."""
    from ecrec_assets.components.champion import NoChampion, champion_folder
    from ecrec_assets.models.recommender.model import Recommender

    console = Console()
    try:
        model = Recommender.load(champion_folder("recommender"))
    except NoChampion as error:
        Console(stderr=True).print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error
    found = _named(model.recommend([household], count, exclude_history=new_only))
    if as_json:
        sys.stdout.write(found.write_json() + "\n")
        return
    console.print(_table(found, f"Household {household}: the next four weeks"))


def _named(lists: pl.DataFrame) -> pl.DataFrame:
    """Adds what a person calls the product."""
    from ecrec_assets.lake.store import Lake

    products = Lake(get_settings().lake).read("datasets/products")
    size = pl.format("{} {}", pl.col("size_value").round(2), pl.col("size_unit")).str.replace(r"\.0 ", " ")
    names = products.select(
        "product_id",
        product="item_text",
        department="department_text",
        size=pl.when(pl.col("size_unit").is_not_null()).then(size).otherwise(pl.lit("")),
    )
    because = names.select(_cause=pl.col("product_id"), _named=pl.col("product"))
    cause = pl.col("reason").str.extract(r"^because you bought (\d+)$").cast(pl.Int64)
    found = lists.lazy().with_columns(_cause=cause).join(names, on="product_id", how="left", maintain_order="left")
    found = found.join(because, on="_cause", how="left", maintain_order="left")
    named = pl.coalesce("because you bought " + pl.col("_named"), "reason")
    return found.with_columns(reason=named).drop("_cause", "_named").collect()


def _table(found: pl.DataFrame, title: str) -> Table:
    table = Table("", "product", "size", "department", "Z", "why", title=title, box=None, header_style="bold")
    for row in found.iter_rows(named=True):
        bar = "█" * max(1, round(10 * row["z"]))
        table.add_row(
            str(row["rank"]),
            row["product"],
            row["size"],
            row["department"],
            f"{row['z']:.0%} [blue]{bar}[/blue]",
            row["reason"],
        )
    return table
