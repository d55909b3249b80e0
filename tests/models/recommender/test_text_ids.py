"""A shop whose ids are text learns what the same shop with whole numbers learns."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ecrec_assets.evaluate.ranking_config import RankingConfig
from ecrec_assets.evaluate.recommender import evaluate_recommender
from ecrec_assets.models.recommender.card import model_card
from ecrec_assets.models.recommender.columns import Columns
from ecrec_assets.models.recommender.model import Recommender
from ecrec_assets.models.recommender.storage import FACTS
from ecrec_assets.models.recommender.train import train_recommender
from tests.models.recommender.same import arrays, assert_same
from tests.models.recommender.shop import END, small_config

COLUMNS = Columns(user="user_id", item="item_id", basket="basket_id", time="time", given_back="returned_at", zone="UTC")
CONFIG = small_config(columns=COLUMNS, buyer="customer", left_out={})


def text(lines: pl.DataFrame) -> pl.DataFrame:
    """The same order of ids, as text."""
    return lines.select(
        user_id=pl.format("u{}", pl.col("household_id").cast(pl.String).str.zfill(3)),
        item_id=pl.format("i{}", pl.col("product_id")),
        basket_id=pl.col("basket_id").cast(pl.String),
        time="transaction_timestamp",
        returned_at=pl.lit(None, dtype=pl.Datetime("us")),
    )


def catalogue(lines: pl.DataFrame) -> pl.LazyFrame:
    return text(lines).lazy().select("item_id").unique()


@pytest.fixture(scope="module")
def named(lines: pl.DataFrame) -> Recommender:
    return train_recommender(text(lines).lazy(), catalogue(lines), config=CONFIG, until=END)


def test_the_same_is_learned_from_text_as_from_numbers(model: Recommender, named: Recommender) -> None:
    theirs = arrays(named)
    for name, array in arrays(model).items():
        if name not in ("user_ids", "item_ids"):
            np.testing.assert_array_equal(array, theirs[name], err_msg=name)
    assert named.user_ids.tolist() == [f"u{number:03d}" for number in model.user_ids]


def test_lists_have_the_shops_own_names(named: Recommender) -> None:
    lists = named.recommend(["u007", "nobody"], 3)
    assert lists.columns == ["user_id", "item_id", "rank", "score", "z", "reason"]
    assert lists["user_id"].to_list() == ["u007"] * 3 + ["nobody"] * 3
    assert lists["reason"][-1] == "unknown customer: popular with all customers"
    new = named.recommend(named.user_ids, 5, exclude_history=True)
    assert new["reason"].str.contains(r"^(because you bought i\d+|popular with all customers)$").all()


def test_ids_of_text_come_back_from_disk(named: Recommender, tmp_path: Path) -> None:
    named.save(tmp_path)
    loaded = Recommender.load(tmp_path)
    assert_same(named, loaded)
    assert '"u007"' in (tmp_path / FACTS).read_text()
    assert loaded.recommend(named.user_ids, 5).equals(named.recommend(named.user_ids, 5))


def test_a_typed_id_has_the_type_of_the_ids(model: Recommender, named: Recommender) -> None:
    assert (model.id_of("7"), named.id_of("7")) == (7, "7")
    with pytest.raises(ValueError, match="'u007' is no household; ids are whole numbers"):
        model.id_of("u007")


def test_a_shop_without_tables_of_users_is_judged_all_the_same(named: Recommender, lines: pl.DataFrame) -> None:
    config = RankingConfig(k=5, user_slices=(), item_slice=None)
    metrics = evaluate_recommender(named, text(lines).lazy(), None, catalogue(lines), config).metrics
    assert set(metrics["slice"]) == {"all", "model", "activity"}
    beaten = metrics.filter(pl.col("slice") == "all", pl.col("metric") == "ndcg_at_5_over_popularity")
    assert beaten["value"].item() > 1.5
    card = model_card(named, metrics)
    assert "what a customer will buy within the next four weeks" in card and "household" not in card


def test_what_was_given_back_before_the_end_is_not_learned(named: Recommender, lines: pl.DataFrame) -> None:
    first = (pl.col("user_id") == "u001") & (pl.col("time") < END)
    back = text(lines).with_columns(returned_at=pl.when(first).then(pl.col("time") + timedelta(hours=1)))
    less = train_recommender(back.lazy(), catalogue(lines), config=CONFIG, until=END)
    assert "u001" in named.user_ids and "u001" not in less.user_ids


def test_a_return_after_the_end_of_training_is_not_known_in_it(named: Recommender, lines: pl.DataFrame) -> None:
    later = text(lines).with_columns(returned_at=pl.when(pl.col("time") < END).then(pl.lit(END)))
    assert_same(named, train_recommender(later.lazy(), catalogue(lines), config=CONFIG, until=END))
