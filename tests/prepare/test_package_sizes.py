import polars as pl
import pytest

from ecrec_assets.prepare.package_sizes import with_package_sizes


def _sized(*rows: tuple[str, str | None, str | None]) -> pl.DataFrame:
    schema = {"product_category": pl.String, "product_type": pl.String, "package_size": pl.String}
    return with_package_sizes(pl.LazyFrame(rows, schema=schema, orient="row")).collect()


def test_a_written_size_is_kept_as_written_and_in_the_base_unit() -> None:
    row = _sized(("CANNED", "BEANS", "2 LB")).select("size_value", "size_unit", "size_base_unit", "size_source").row(0)
    assert row == (2.0, "lb", "g", "parsed")


def test_a_missing_size_is_the_median_of_the_type_in_its_most_frequent_unit() -> None:
    sizes = ["8 OZ", "10 OZ", "30 OZ", "1 CT", None, "LARGE"]
    frame = _sized(*(("CANNED", "BEANS", size) for size in sizes))
    imputed = frame.tail(2)
    assert imputed["size_base"].to_list() == pytest.approx([283.495, 283.495], rel=1e-5)
    assert imputed["size_base_unit"].to_list() == ["g", "g"]
    assert imputed["size_source"].to_list() == ["imputed", "imputed"]
    assert imputed["size_value"].to_list() == [None, None]


def test_two_sizes_are_too_few_to_speak_for_a_type() -> None:
    frame = _sized(
        ("CANNED", "BEANS", "8 OZ"), ("CANNED", "BEANS", "9 OZ"), ("CANNED", "BEANS", None), ("X", None, None)
    )
    assert frame["size_source"].to_list() == ["parsed", "parsed", "unknown", "unknown"]
    assert frame.tail(2)["size_base"].to_list() == [None, None]


def test_an_ounce_of_a_drink_is_fluid_and_an_ounce_of_a_snack_is_not() -> None:
    frame = _sized(("DRINKS", "COLA", "2 L"), ("DRINKS", "COLA", "12 OZ"), ("SNACKS", "CHIPS", "12 OZ"))
    assert frame["size_unit"].to_list() == ["l", "fl oz", "oz"]
    assert frame["size_base_unit"].to_list() == ["ml", "ml", "g"]
    assert frame["size_base"][1] == pytest.approx(354.882, rel=1e-5)


def test_one_odd_volume_does_not_make_a_category_fluid() -> None:
    frame = _sized(("CANDY", "BARS", "12 ML"), *(("CANDY", "BARS", "2 OZ") for _ in range(30)))
    assert frame["size_unit"].to_list()[1:] == ["oz"] * 30


def test_rows_keep_their_order() -> None:
    sizes = [f"{number} OZ" for number in range(1, 200)]
    frame = _sized(*(("A", f"T{number % 7}", size) for number, size in enumerate(sizes)))
    assert frame["package_size"].to_list() == sizes
