"""What follows from the roles of a shop's columns: a graph that runs from raw lines to lists."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg
import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from ecrec_assets.cli import app
from ecrec_assets.components.catalogue import contracts
from ecrec_assets.components.gated_asset import gated_asset
from ecrec_assets.components.shop_models import purchase_assets, shop_plan
from ecrec_assets.lake.store import Lake
from ecrec_assets.settings import get_settings
from ecrec_assets.shop.load import load_shop

SHOP = """
name: corner-shop
timezone: Europe/London
sources:
  lines: {files: "lines.csv"}
roles:
  purchases:
    source: lines
    user: customer
    item: code
    time: at
    quantity: pieces
    price: price
    text: name
    basket: invoice
    cancellation: {column: invoice, starts_with: C}
    not_products: [POST]
"""
LINES = """
apiVersion: v3.1.0
kind: DataContract
id: raw-lines
version: 1.0.0
status: active
description: {purpose: What the till sent.}
customProperties: [{property: owner, value: data-engineering}]
schema:
  - name: lines
    properties:
      - {name: customer, logicalType: string, physicalType: String, classification: pseudonymous}
      - {name: code, logicalType: string, physicalType: String, required: true}
      - {name: at, logicalType: timestamp, physicalType: Datetime, required: true}
      - {name: pieces, logicalType: integer, physicalType: Int64, required: true}
      - {name: price, logicalType: number, physicalType: Float64, required: true}
      - {name: name, logicalType: string, physicalType: String}
      - {name: invoice, logicalType: string, physicalType: String, required: true}
"""
MADE = (
    "datasets/catalogue",
    "datasets/purchases",
    "datasets/returns",
    "datasets/left_out",
    "challengers/recommender",
    "evaluations/recommender",
    "models/recommender",
    "recommendations/top_items",
)
START = datetime(2011, 1, 3, 9)


def till(customers: int = 60, items: int = 40, weeks: int = 30) -> pl.DataFrame:
    """Customers with a taste and a rhythm, one of them without a name; postage in each basket, returns now and then."""
    draw = np.random.default_rng(5)
    rows = []
    for customer in range(customers):
        taste = np.arange(customer % 4, items, 4)
        favourites = draw.choice(taste, 5, replace=False)
        for week in range(weeks):
            often = favourites[draw.random(5) < 0.7]
            tried = draw.choice(taste if draw.random() < 0.8 else items, 1)
            at = START + timedelta(days=7 * week + int(draw.integers(7)), minutes=int(draw.integers(600)))
            who, invoice = f"c{customer}" if customer else None, f"{week:02d}{customer:03d}"
            codes = sorted({*often.tolist(), *tried.tolist()})
            rows += [(who, f"i{code}", at, 2, 1.5, f" Item {code} ", invoice) for code in codes]
            rows.append((who, "POST", at, 1, 4.0, "POSTAGE", invoice))
            if week % 5 == 0:
                rows.append((who, f"i{codes[0]}", at + timedelta(hours=2), -2, 1.5, None, f"C{invoice}"))
    schema = {
        "customer": pl.String,
        "code": pl.String,
        "at": pl.Datetime("us"),
        "pieces": pl.Int64,
        "price": pl.Float64,
        "name": pl.String,
        "invoice": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.fixture
def shop(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop file with its contract; the settings name it."""
    folder = tmp_path / "shop"
    (folder / "contracts" / "raw").mkdir(parents=True)
    (folder / "contracts" / "raw" / "lines.yaml").write_text(LINES)
    (folder / "ecrec.yaml").write_text(SHOP)
    monkeypatch.setenv("ECREC_SHOP", str(folder / "ecrec.yaml"))
    get_settings.cache_clear()
    contracts.cache_clear()
    return folder / "ecrec.yaml"


def graph(shop: Path, lines: pl.DataFrame) -> list[dg.AssetsDefinition]:
    @gated_asset("raw/lines", group="collection", source=lambda: str(lines.hash_rows().sum()))
    def raw() -> pl.LazyFrame:
        """As delivered."""
        return lines.lazy()

    return [raw, *purchase_assets(load_shop(shop))]


def test_the_roles_make_purchases_and_a_recommender(shop: Path) -> None:
    assets = purchase_assets(load_shop(shop))
    assert {"/".join(asset.key.path) for asset in assets} == set(MADE)
    reads = {"/".join(asset.key.path): {"/".join(key.path) for key in asset.dependency_keys} for asset in assets}
    assert reads["datasets/purchases"] == {"raw/lines", "datasets/catalogue"}
    assert reads["recommendations/top_items"] == {"datasets/purchases", "datasets/catalogue", "models/recommender"}
    for asset in assets:
        if asset.key.path[0] != "challengers":
            assert list(asset.check_specs), asset.key


def test_without_roles_nothing_follows(shop: Path) -> None:
    shop.write_text(SHOP[: SHOP.index("roles:")])
    assert purchase_assets(load_shop(shop)) == []


def test_a_plan_holds_out_the_last_four_weeks_in_the_shops_own_days() -> None:
    plan = shop_plan("Europe/London")
    assert (plan.until, plan.ranking.days, plan.config.columns.zone) == (None, 28, "Europe/London")
    assert plan.is_judged_on == {"lines": "datasets/purchases", "items": "datasets/catalogue"}


@pytest.mark.slow
def test_a_shop_without_python_goes_from_raw_lines_to_lists(shop: Path) -> None:
    lines = till()
    assets = graph(shop, lines)
    result = dg.materialize(assets, instance=dg.DagsterInstance.ephemeral(), raise_on_error=False)
    failed = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    assert result.success, failed
    lake = Lake(get_settings().lake)
    purchases, returns = lake.read("datasets/purchases").collect(), lake.read("datasets/returns").collect()
    left_out = lake.read("datasets/left_out").collect()
    assert purchases.height + returns.height + left_out.height == lines.height
    assert left_out["reason"].unique().to_list() == ["not a product"]
    assert purchases["returned_quantity"].sum() == returns["matched_quantity"].sum() > 0
    catalogue = lake.read("datasets/catalogue").collect()
    assert catalogue.height == 40 and "Item 7" in catalogue["text"].to_list()
    lists = lake.read("recommendations/top_items").collect()
    assert lists["user_id"].n_unique() == 59 and lists.height == 59 * 20
    shown = CliRunner().invoke(app, ["recommend", "c7", "-n", "3", "--json"])
    assert shown.exit_code == 0, shown.output
    rows = pl.read_json(shown.stdout.encode())
    assert rows["item_id"].to_list() == lists.filter(pl.col("user_id") == "c7").sort("rank")["item_id"][:3].to_list()
    assert rows["product"].str.starts_with("Item ").all()
    again = dg.materialize(assets, instance=dg.DagsterInstance.ephemeral())
    unchanged = [
        event.step_materialization_data.materialization.metadata["unchanged"].value
        for event in again.all_events
        if event.is_step_materialization
    ]
    assert unchanged == [True] * len(assets)
