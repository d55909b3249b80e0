"""`ecrec recommend`: the champion's list for one buyer, with names, probabilities and reasons."""

import sys
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ecrec_assets.settings import get_settings

BECAUSE = r"^because you bought (.+)$"


def recommend(
    user: Annotated[str, typer.Argument(help="Id of a household or customer. An unknown one gets what sells.")],
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=200, help="Length of the list.")] = 10,
    new_only: Annotated[bool, typer.Option("--new", help="Only items the user never bought.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Show what somebody will probably buy in the next four weeks, with the probability Z of each item."""
    from ecrec_assets.components.champion import NoChampion, champion_folder
    from ecrec_assets.models.recommender.model import Recommender
    from ecrec_assets.models.recommender.storage import ModelFileError

    try:
        model = Recommender.load(champion_folder("recommender"))
    except (NoChampion, ModelFileError) as error:
        _stop(str(error), code=1)
    try:
        found = _named(model.recommend([model.id_of(user)], count, exclude_history=new_only), model.columns.item)
    except ValueError as error:
        _stop(str(error), code=2)
    if as_json:
        sys.stdout.write(found.write_json() + "\n")
        return
    title = f"{model.config.buyer.capitalize()} {user}: the next {model.config.horizon}"
    Console().print(_table(found, escape(title)))


def _stop(message: str, *, code: int) -> Any:
    Console(stderr=True).print(f"[red]{escape(message)}[/red]")
    raise typer.Exit(code)


def _named(lists: pl.DataFrame, item: str) -> pl.DataFrame:
    """Adds what a person calls the item; its code where it has no name."""
    names = _names(item)
    because = names.select(_cause="_item", _named="product")
    cause = pl.col("reason").str.extract(BECAUSE)
    found = lists.lazy().with_columns(_cause=cause, _item=pl.col(item).cast(pl.String))
    found = found.join(names, on="_item", how="left", maintain_order="left")
    found = found.join(because, on="_cause", how="left", maintain_order="left")
    named = pl.coalesce("because you bought " + pl.col("_named"), "reason")
    product = pl.coalesce("product", "_item")
    return found.with_columns(reason=named, product=product).drop("_cause", "_named", "_item").collect()


def _names(item: str) -> pl.LazyFrame:
    """_item (id as text), product, and what else the catalogue tells a person."""
    from ecrec_assets.lake.store import Lake

    lake = Lake(get_settings().lake)
    if item == "item_id":
        return lake.read("datasets/catalogue").select(_item="item_id", product="text", price="price")
    size = pl.format("{} {}", pl.col("size_value").round(2), pl.col("size_unit")).str.replace(r"\.0 ", " ")
    return lake.read("datasets/products").select(
        _item=pl.col("product_id").cast(pl.String),
        product="item_text",
        department="department_text",
        size=pl.when(pl.col("size_unit").is_not_null()).then(size).otherwise(pl.lit("")),
    )


def _table(found: pl.DataFrame, title: str) -> Table:
    """Texts of a catalogue are shown as they stand, never as markup."""
    more = [name for name in ("size", "department", "price") if name in found.columns]
    table = Table("", "product", *more, "Z", "why", title=title, box=None, header_style="bold")
    for row in found.iter_rows(named=True):
        bar = "█" * max(1, round(10 * row["z"]))
        table.add_row(
            str(row["rank"]),
            escape(row["product"]),
            *(_shown(row[name]) for name in more),
            f"{row['z']:.0%} [blue]{bar}[/blue]",
            escape(row["reason"]),
        )
    return table


def _shown(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else escape(str(value or ""))
