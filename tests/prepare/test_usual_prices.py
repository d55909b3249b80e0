import polars as pl

from ecrec_assets.prepare.usual_prices import with_usual


def _lines(*rows: tuple[int, str | None, float, int]) -> pl.LazyFrame:
    return pl.LazyFrame(rows, schema=["product_id", "product_type", "log_price", "quantity"], orient="row")


def test_a_product_with_enough_lines_speaks_for_itself_and_others_borrow_from_their_type() -> None:
    lines = _lines((1, "TEA", 1.0, 1), (1, "TEA", 1.2, 1), (1, "TEA", 1.4, 5), (2, "TEA", 9.0, 7))
    usual = with_usual(lines, min_lines=3).collect()
    assert usual.columns == ["product_id", "product_type", "log_price", "quantity", *usual.columns[4:]]
    assert usual["usual_log_price"].round(3).to_list() == [1.2, 1.2, 1.2, 1.3]
    assert usual["spread_log_price"].round(3).to_list() == [0.2, 0.2, 0.2, 0.35]
    assert usual["usual_quantity"].to_list() == [1.0, 1.0, 1.0, 3.0]


def test_products_without_a_type_borrow_from_each_other() -> None:
    usual = with_usual(_lines((1, None, 1.0, 1), (2, None, 3.0, 3)), min_lines=2).collect()
    assert usual["usual_log_price"].to_list() == [2.0, 2.0]
