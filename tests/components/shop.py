"""A shop of one table and what is built on it, small enough for a test, gated by real contracts."""

from pathlib import Path

import dagster as dg
import polars as pl

from ecrec_assets.components.gated_asset import gated_asset

PRICES = """
apiVersion: v3.1.0
kind: DataContract
id: prices
version: 1.0.0
status: active
description: {purpose: What a product costs.}
customProperties: [{property: owner, value: data-engineering}, {property: quarantineLimit, value: 0.3}]
schema:
  - name: prices
    properties:
      - {name: product_id, logicalType: integer, physicalType: Int64, required: true, primaryKey: true}
      - name: price
        logicalType: number
        physicalType: Float64
        quality:
          - name: price_is_positive
            type: custom
            engine: greatExpectations
            dimension: accuracy
            severity: critical
            description: Nothing is free.
            implementation: {type: expect_column_values_to_be_between, kwargs: {min_value: 0.01, mostly: 0.7}}
            customProperties: [{property: onFail, value: quarantine}]
"""
CHEAP = PRICES.replace("id: prices", "id: cheap").replace("name: prices", "name: cheap")


def write_contracts(folder: Path) -> None:
    (folder / "raw").mkdir(parents=True)
    (folder / "datasets").mkdir()
    (folder / "raw" / "prices.yaml").write_text(PRICES)
    (folder / "datasets" / "cheap.yaml").write_text(CHEAP)


class Shop:
    """`frame` is what the source delivers; `computed` counts how often each asset really ran."""

    def __init__(self, prices: list[float]) -> None:
        self.deliver(prices)
        self.computed = {"prices": 0, "cheap": 0}
        self.assets = self._assets()
        self.instance = dg.DagsterInstance.ephemeral()

    def deliver(self, prices: list[float]) -> None:
        self.frame = pl.LazyFrame(
            {"product_id": range(len(prices)), "price": prices}, schema={"product_id": pl.Int64, "price": pl.Float64}
        )

    def run(self, *names: str, force: bool = False) -> dg.ExecuteInProcessResult:
        chosen = [asset for asset in self.assets if asset.key.path[-1] in (names or ("prices", "cheap"))]
        config = {"ops": {asset.op.name: {"config": {"force": True}} for asset in chosen}} if force else {}
        return dg.materialize(
            self.assets, selection=chosen, instance=self.instance, raise_on_error=False, run_config=config
        )

    def _assets(self) -> list[dg.AssetsDefinition]:
        shop = self

        def state() -> str:
            return str(shop.frame.collect().hash_rows().sum())

        @gated_asset("raw/prices", group="collection", source=state)
        def prices() -> pl.LazyFrame:
            """As delivered."""
            shop.computed["prices"] += 1
            return shop.frame

        @gated_asset("datasets/cheap", group="datasets", reads={"prices": "raw/prices"})
        def cheap(prices: pl.LazyFrame) -> pl.LazyFrame:
            """Below 5."""
            shop.computed["cheap"] += 1
            return prices.filter(pl.col("price") < 5)

        return [prices, cheap]
