from __future__ import annotations

import polars as pl
import pytest

from ecrec_assets.models.recommender.model import Recommender
from ecrec_assets.models.recommender.train import train_recommender
from tests.models.recommender.shop import END, shop_lines, shop_products, small_config


@pytest.fixture(scope="session")
def lines() -> pl.DataFrame:
    return shop_lines()


@pytest.fixture(scope="session")
def products() -> pl.DataFrame:
    return shop_products()


@pytest.fixture(scope="session")
def model(lines: pl.DataFrame, products: pl.DataFrame) -> Recommender:
    return train_recommender(lines.lazy(), products.lazy(), config=small_config(), until=END)
