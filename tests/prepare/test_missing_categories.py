import polars as pl

from ecrec_assets.collect import complete_journey
from ecrec_assets.prepare.missing_categories import fill_missing_categories


def _filled(*rows: tuple[str | None, str | None]) -> list[tuple[str, str]]:
    schema = {"product_category": pl.String, "product_type": pl.String}
    return fill_missing_categories(pl.LazyFrame(rows, schema=schema, orient="row")).collect().rows()


def test_a_missing_category_is_the_one_the_type_is_always_in() -> None:
    assert _filled(("TEAS", "GREEN TEA"), (None, "GREEN TEA")) == [("TEAS", "GREEN TEA")] * 2


def test_a_type_in_several_categories_decides_nothing() -> None:
    rows = _filled(("TEAS", "GIFT"), ("TOYS", "GIFT"), (None, "GIFT"))
    assert rows[2] == ("UNKNOWN", "GIFT")


def test_a_type_that_is_nearly_always_in_one_category_decides() -> None:
    rows = _filled(*[("BEERS", "ALE")] * 9, ("WINE", "ALE"), (None, "ALE"))
    assert rows[-2:] == [("WINE", "ALE"), ("BEERS", "ALE")]


def test_a_missing_type_is_never_guessed() -> None:
    assert _filled(("TEAS", None), (None, None)) == [("TEAS", "UNKNOWN"), ("UNKNOWN", "UNKNOWN")]


def test_in_the_real_catalogue_98_of_540_missing_categories_are_found() -> None:
    frame = fill_missing_categories(complete_journey.read("products")).collect()
    assert frame.height == 92_331
    assert (frame["product_category"] == "UNKNOWN").sum() == 442
    assert (frame["product_type"] == "UNKNOWN").sum() == 528
