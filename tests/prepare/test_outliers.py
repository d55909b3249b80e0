import polars as pl
import pytest

from ecrec_assets.prepare.outliers import OutlierConfig, flag_outliers

FAST = OutlierConfig(trees=50, lines_per_tree=512, sample=5_000)


@pytest.fixture(scope="module")
def lines() -> pl.DataFrame:
    """2,000 ordinary lines of two products, then one tenfold price, one of 200 pieces half off, one ordinary."""
    ordinary = pl.DataFrame({"n": range(2_000)}).select(
        product_id=pl.col("n") % 2,
        product_type=pl.lit("TEA"),
        shelf_price=2.0 + (pl.col("n") % 10) / 100,
        quantity=1 + (pl.col("n") % 7 == 0).cast(pl.Int64),
        discount_share=(pl.col("n") % 5) / 20,
    )
    odd = pl.DataFrame(
        {
            "product_id": [0, 1, 1],
            "product_type": ["TEA"] * 3,
            "shelf_price": [20.0, 2.05, 2.05],
            "quantity": [1, 200, 1],
            "discount_share": [0.0, 0.95, 0.0],
        },
        schema=ordinary.schema,
    )
    return pl.concat([ordinary, odd])


def test_a_wild_price_and_a_wild_combination_are_flagged_and_an_ordinary_line_is_not(lines: pl.DataFrame) -> None:
    flags = flag_outliers(lines.lazy(), FAST).collect()["is_outlier"]
    assert flags[-3:].to_list() == [True, True, False]
    assert flags[:2_000].sum() == 0


def test_no_line_is_lost_or_moved_and_scores_are_shares(lines: pl.DataFrame) -> None:
    flagged = flag_outliers(lines.lazy(), FAST).collect()
    assert flagged.drop("outlier_score", "is_outlier").equals(lines)
    assert flagged["outlier_score"].is_between(0, 1).all()


def test_the_unusual_score_higher(lines: pl.DataFrame) -> None:
    scores = flag_outliers(lines.lazy(), FAST).collect()["outlier_score"]
    assert scores[2_001] > scores[:2_000].max()


def test_the_same_lines_in_any_order_score_the_same(lines: pl.DataFrame) -> None:
    numbered = lines.with_row_index("line")
    straight = flag_outliers(numbered.lazy(), FAST).sort("line").collect()
    shuffled = flag_outliers(numbered.sample(fraction=1, shuffle=True, seed=3).lazy(), FAST).sort("line").collect()
    assert straight.equals(shuffled)


def test_a_price_that_never_moves_may_move_a_little() -> None:
    lines = pl.LazyFrame(
        {
            "product_id": [1] * 12,
            "product_type": ["TEA"] * 12,
            "shelf_price": [1.0] * 10 + [1.2, 2.0],
            "quantity": [1] * 12,
            "discount_share": [0.0] * 12,
        }
    )
    flags = flag_outliers(lines, FAST.model_copy(update={"most_unusual": 0.0})).collect()["is_outlier"]
    assert flags.to_list() == [False] * 11 + [True]


def test_a_table_without_lines_stays_one(lines: pl.DataFrame) -> None:
    empty = flag_outliers(lines.head(0).lazy(), FAST).collect()
    assert empty.height == 0
    assert empty.schema["outlier_score"] == pl.Float64()
    assert empty.schema["is_outlier"] == pl.Boolean()
