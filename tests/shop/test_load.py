from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrec_assets.shop.errors import ShopFileError
from ecrec_assets.shop.load import load_shop

GOOD = """
name: my-shop
sources:
  lines:
    files: "data/*.csv"
    partition: {by: day, column: sold, first: 2020-03-01}
"""
EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "online_retail"


def said(folder: Path, text: str) -> str:
    (folder / "ecrec.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ShopFileError) as caught:
        load_shop(folder)
    return str(caught.value)


def test_a_shop_is_found_by_its_file_or_its_folder(tmp_path: Path) -> None:
    (tmp_path / "ecrec.yaml").write_text(GOOD)
    by_folder, by_file = load_shop(tmp_path), load_shop(tmp_path / "ecrec.yaml")
    assert by_folder == by_file and by_folder.file == tmp_path / "ecrec.yaml"
    assert by_folder.contract_folder == tmp_path / "contracts"
    source = by_folder.sources["lines"]
    assert (by_folder.timezone, source.late, source.resend, source.csv.separator) == ("UTC", 0, "merge", ",")


def test_the_example_is_a_shop() -> None:
    shop = load_shop(EXAMPLE)
    roles = shop.roles.purchases
    assert roles and roles.source in shop.sources and shop.sources["lines"].partition


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (("name: my-shop", "name: My Shop"), 2, "name: use small letters, digits and -"),
        (("name: my-shop", "name: s\ntimezon: UTC"), 3, "timezon: there is no such key; do you mean 'timezone'?"),
        (("name: my-shop", "name: s\ntimezone: Mars/Base"), 3, "there is no time zone 'Mars/Base'"),
        (("files:", "file:"), 5, "sources.lines.file: there is no such key; do you mean 'files'?"),
        (("by: day", "by: dy"), 6, "sources.lines.partition.by: 'dy' is not one of 'day', 'week' or 'month'"),
        (("first: 2020-03-01", "frist: 2020-03-01"), 6, "frist: there is no such key; do you mean 'first'?"),
        (("first: 2020-03-01", "column: sold"), 6, "the key 'column' is given twice"),
        (("2020-03-01", "2020-13-01"), 6, "sources.lines.partition.first: Input should be a valid date"),
        (("2020-03-01", "2020-03-01, last: 2019-01-01"), 6, "last, 2019-01-01, is before first, 2020-03-01"),
        (('files: "data/*.csv"', "late: 3"), 4, "give exactly one of files, sql, delta; there is none"),
        (('files: "data/*.csv"', "delta: x\n    files: y"), 4, "there is files and delta"),
        (('files: "data/*.csv"', "files: x\n    schedule: '61 5 * * *'"), 6, "the minute '61'"),
        (('files: "data/*.csv"', "files: x\n    schedule: daily"), 6, "has 1 fields, a cron schedule has 5"),
        (('files: "data/*.csv"', "sql: {url: x}"), 5, "give either 'table' or 'query'"),
        (
            ("sources:", "roles: {purchases: {source: line, user: a, item: b, time: c}}\nsources:"),
            1,
            "do you mean 'lines'?",
        ),
        (("sources:", "sources: &all"), 3, "anchors and aliases"),
        (("name: my-shop", "name: !!python/object/apply:os.system [ls]"), 2, "could not determine a constructor"),
        (("  lines:", " lines: ["), 6, "while parsing"),
    ],
)
def test_a_wrong_file_is_told_with_line_and_nearest_name(
    tmp_path: Path, change: tuple[str, str], line: int, reason: str
) -> None:
    message = said(tmp_path, GOOD.replace(*change))
    assert message.startswith(f"{tmp_path / 'ecrec.yaml'}, line {line}: ") and reason in message


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    message = said(tmp_path, GOOD.replace("files:", "file:").replace("by: day", "by: dy").replace("my-shop", "My"))
    assert [part.partition(", line ")[2].partition(":")[0] for part in message.splitlines()] == ["2", "5", "6"]


def test_a_password_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    url = "sql: {url: 'postgresql://me:tops3cret@host/db', table: t}"
    message = said(tmp_path, GOOD.replace('files: "data/*.csv"', url))
    assert "write ${NAME} in its place" in message and "tops3cret" not in message


def test_a_variable_is_filled_in_when_it_is_used_and_named_when_it_is_missing(tmp_path: Path) -> None:
    url = "sql: {url: 'postgresql://me:${SHOP_PASSWORD}@host/db', table: t}"
    (tmp_path / "ecrec.yaml").write_text(GOOD.replace('files: "data/*.csv"', url))
    shop = load_shop(tmp_path)
    assert shop.url("lines", {"SHOP_PASSWORD": "p"}) == "postgresql://me:p@host/db"
    with pytest.raises(ShopFileError, match="source 'lines': the environment variable SHOP_PASSWORD is not set"):
        shop.url("lines", {})


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(ShopFileError, match="No such file"):
        load_shop(tmp_path)
    (tmp_path / "ecrec.yaml").write_bytes(b"name: caf\xe9")
    with pytest.raises(ShopFileError, match="is not UTF-8"):
        load_shop(tmp_path)
    assert "more than 1,000,000 bytes" in said(tmp_path, GOOD + "#" * 1_000_000)
    assert "a shop is a mapping" in said(tmp_path, "- 1")
    assert "a shop is a mapping" in said(tmp_path, "")


@given(
    st.lists(
        st.sampled_from([*GOOD.split("\n"), "{", "[", "? :", "&a *a", "\t", "- x", "'", "!!set", "\x00"]), max_size=12
    )
)
def test_any_other_text_is_a_shop_or_a_shop_file_error(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "ecrec.yaml").write_text("\n".join(lines))
    try:
        load_shop(folder)
    except ShopFileError as error:
        assert "ecrec.yaml" in str(error)
