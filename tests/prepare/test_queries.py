from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.collect import complete_journey
from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.label_types import label_types
from ecrec_assets.contracts.odcs import load_contract
from ecrec_assets.prepare.products import clean_products
from ecrec_assets.prepare.queries import SCHEMA, TooFewForms, weak_queries
from ecrec_assets.prepare.query_forms import FORMS
from ecrec_assets.prepare.query_phrases import key_of, singular
from ecrec_assets.prepare.query_split import word_runs
from ecrec_assets.verdict import Verdict

TAGS = {"O", "B-Item", "I-Item", "B-Category", "I-Category", "B-Price", "I-Price"}
SYLLABLES = ("ba", "da", "fo", "gu", "ki", "lo", "mu")


@pytest.fixture(scope="module")
def products() -> pl.LazyFrame:
    return clean_products(complete_journey.read("products")).collect().lazy()


@pytest.fixture(scope="module")
def prices() -> pl.LazyFrame:
    lines = complete_journey.read("transactions").filter(pl.col("quantity") > 0).head(200_000)
    price = (pl.col("sales_value") / pl.col("quantity")).median()
    return lines.group_by("product_id").agg(price.alias("price")).collect().lazy()


@pytest.fixture(scope="module")
def queries(products: pl.LazyFrame, prices: pl.LazyFrame) -> pl.DataFrame:
    return weak_queries(products, prices, count=4000, seed=7).collect()


def spans(row: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for token, tag in zip(row["tokens"], row["tags"], strict=True):
        if tag.startswith("B-"):
            found.append((tag[2:], [token]))
        elif tag.startswith("I-"):
            found[-1][1].append(token)
    return found


def test_the_table_has_the_schema_and_the_shares_of_its_splits(queries: pl.DataFrame) -> None:
    assert dict(queries.schema) == {
        name: (dtype() if isinstance(dtype, type) else dtype) for name, dtype in SCHEMA.items()
    }
    assert dict(queries.group_by("split").len().iter_rows()) == {"train": 3200, "validation": 400, "test": 400}
    assert queries["query_id"].is_unique().all()
    assert queries["text"].str.to_lowercase().is_unique().all()
    assert (queries["text"] == queries["tokens"].list.join(" ")).all()


def test_every_query_has_one_known_tag_a_word_and_no_orphan(queries: pl.DataFrame) -> None:
    for row in queries.iter_rows(named=True):
        assert len(row["tokens"]) == len(row["tags"]) == row["token_count"] > 0
        assert set(row["tags"]) <= TAGS
        before = ["O", *row["tags"]]
        assert all(not tag.startswith("I-") or b[2:] == tag[2:] for b, tag in zip(before, row["tags"], strict=False))


def test_no_item_of_validation_or_test_occurs_in_another_split(queries: pl.DataFrame) -> None:
    clean = queries.filter(~pl.col("is_noisy"))
    items = {
        split: {key_of(words) for row in part.iter_rows(named=True) for kind, words in spans(row) if kind == "Item"}
        for (split,), part in clean.partition_by("split", as_dict=True).items()
    }
    assert min(len(found) for found in items.values()) > 60
    assert not items["train"] & (items["validation"] | items["test"])
    assert not items["validation"] & items["test"]


def test_no_training_query_contains_an_item_of_validation_or_test_inside_a_longer_phrase(queries: pl.DataFrame) -> None:
    clean = queries.filter(~pl.col("is_noisy"))
    trained = {
        run for row in clean.filter(split="train")["tokens"] for run in word_runs([word.lower() for word in row])
    }
    assert len(trained) > 5000
    for row in clean.filter(pl.col("split") != "train").iter_rows(named=True):
        for kind, words in spans(row):
            if kind == "Item":
                assert tuple(singular(word) for word in words if word not in ("and", "or", "with")) not in trained


def test_the_stored_item_belongs_to_one_split(queries: pl.DataFrame) -> None:
    homes = queries.drop_nulls("item").group_by("item").agg(pl.col("split").n_unique())
    assert homes.height > 500
    assert homes["split"].max() == 1


def test_a_phrase_has_one_label_wherever_it_stands(queries: pl.DataFrame) -> None:
    labels = defaultdict(set)
    for row in queries.filter(~pl.col("is_noisy")).iter_rows(named=True):
        for kind, words in spans(row):
            labels[key_of(words)].add(kind)
    assert len(labels) > 1000
    assert not [phrase for phrase, kinds in labels.items() if len(kinds) > 1]


def test_every_form_and_every_type_of_span_is_there_in_every_split(queries: pl.DataFrame) -> None:
    for (split,), part in queries.partition_by("split", as_dict=True).items():
        assert set(part["form"]) == set(FORMS), split
        tagged = part["tag_text"]
        for kind, least in (("Item", 0.45), ("Category", 0.25), ("Price", 0.35)):
            assert tagged.str.contains(f"B-{kind}").mean() > least, (split, kind)
        assert 0.3 < part["is_noisy"].mean() < 0.5


def test_sizes_and_service_questions_are_outside_every_span(queries: pl.DataFrame) -> None:
    sizes = queries.filter(~pl.col("is_noisy"), form="item_size")
    assert sizes.height > 100
    assert not sizes["tag_text"].str.contains("Price").any()
    numbers = [tag for row in sizes.iter_rows(named=True) for word, tag in zip(row["tokens"], row["tags"], strict=True)
               if word.replace(".", "").isdigit()]  # fmt: skip
    assert len(numbers) > 100
    assert set(numbers) == {"O"}
    assert set(queries.filter(form="service")["tags"].explode()) == {"O"}


def test_the_same_seed_gives_the_same_queries_whatever_the_order_of_the_rows(
    queries: pl.DataFrame, products: pl.LazyFrame, prices: pl.LazyFrame
) -> None:
    shuffled = products.collect().sample(fraction=1.0, shuffle=True, seed=3).lazy()
    again = weak_queries(shuffled, prices.reverse(), count=4000, seed=7).collect()
    assert again.equals(queries)
    other = weak_queries(products, prices, count=500, seed=8).collect()
    assert not set(other["text"]) <= set(queries["text"])


def test_an_item_named_like_its_category_is_a_category() -> None:
    queries = weak_queries(*shop(40), count=300, seed=1).collect()
    words = defaultdict(set)
    for row in queries.filter(~pl.col("is_noisy")).iter_rows(named=True):
        for kind, found in spans(row):
            words[" ".join(found)].add(kind)
    assert words["yogurt"] == {"Category"}
    assert words["baba yogurt"] | words["bada yogurt"] == {"Item"}


def test_prices_in_queries_are_those_of_the_products() -> None:
    products, _ = shop(40)
    prices = pl.LazyFrame({"product_id": range(41), "price": [800.0] * 41})
    queries = weak_queries(products, prices, count=900, seed=1).collect()
    limits = queries.filter(~pl.col("is_noisy"))["text"].str.extract(r"under \$(\d+)").drop_nulls().cast(pl.Int64)
    assert len(limits) >= 4
    assert limits.min() >= 799


def test_too_small_a_catalogue_is_an_error_that_says_so() -> None:
    with pytest.raises(TooFewForms, match="larger catalogue"):
        weak_queries(*shop(2), count=10, seed=1)


def test_an_empty_catalogue_is_an_error_that_says_so() -> None:
    products, prices = shop(2)
    with pytest.raises(TooFewForms, match="0 product types are too few"):
        weak_queries(products.head(0), prices, count=10, seed=1)


def shop(kinds: int) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """`yogurt`, and `kinds` sorts of it: `baba yogurt`, `bada yogurt` and so on."""
    sorts = [f"{a}{b}" for a in SYLLABLES for b in SYLLABLES][:kinds]
    items = ["yogurt", *(f"{sort} yogurt" for sort in sorts)]
    products = pl.LazyFrame({"product_id": range(len(items)), "item_text": items}).with_columns(
        pl.lit("yogurt").alias("category_text"),
        pl.lit("dairy").alias("department_text"),
        pl.lit(6.0).alias("size_value"),
        pl.lit("oz").alias("size_unit"),
    )
    return products, pl.LazyFrame({"product_id": [0], "price": [1.5]})


def first_row(column: str, value: pl.Expr) -> pl.Expr:
    """The column with another value in its first row, which is a training query."""
    return pl.when(pl.int_range(pl.len()) == 0).then(value).otherwise(pl.col(column)).alias(column)


def first_tag(*tags: str) -> pl.Expr:
    """The first row with other tags at its start and none after them."""
    outside = pl.col("tags").list.eval(pl.element().is_null().replace_strict({False: "O", True: "O"}))
    begun = pl.concat_list(*(pl.lit(tag) for tag in tags), outside).list.head(pl.col("tags").list.len())
    return first_row("tags", begun)


CONTRACTS = Path(__file__).parents[2] / "expectations"
BROKEN: dict[str, tuple[str, pl.Expr]] = {
    "an item in two splits": ("no_item_leaks", first_row("item", pl.col("item").drop_nulls().last())),
    "a continuation of nothing": ("tags_are_iob2", first_tag("I-Item")),
    "a continuation of another type": ("tags_are_iob2", first_tag("B-Item", "I-Price")),
    "an unknown tag": ("tags_are_iob2", first_tag("B-Brand")),
    "a tag too many": ("tags_are_iob2", first_row("tags", pl.concat_list("tags", pl.lit("O")))),
    "a query twice": ("text_is_unique", first_row("text", pl.col("text").last())),
    "an empty query": ("queries_are_short", first_row("token_count", pl.lit(0, pl.Int64))),
    "no test": ("enough_queries_test", pl.col("split").replace("test", "train").alias("split")),
    "no validation": ("enough_queries_validate", pl.col("split").replace("validation", "train").alias("split")),
    "no training": ("most_queries_train", pl.col("split").replace("train", "test").alias("split")),
    "no price": ("prices_are_common", pl.col("tag_text").str.replace_all("Price", "Item").alias("tag_text")),
    "no category": ("categories_are_common", pl.col("tag_text").str.replace_all("Category", "Item").alias("tag_text")),
    "no item": ("items_are_common", pl.col("tag_text").str.replace_all("Item", "Category").alias("tag_text")),
    "items only": ("items_are_not_everywhere", pl.lit("B-Item").alias("tag_text")),
    "prices only": ("prices_are_not_everywhere", pl.lit("B-Price").alias("tag_text")),
    "no word without label": ("some_words_have_no_label", pl.lit("B-Item").alias("tag_text")),
    "one form": ("no_form_dominates", pl.lit("item").alias("form")),
    "a form left out of the test": ("every_form_is_there", pl.col("form").replace("list", "item").alias("form")),
    "no noise": ("noise_is_present", pl.lit(value=False).alias("is_noisy")),
    "noise only": ("noise_is_not_everywhere", pl.lit(value=True).alias("is_noisy")),
    "an unknown form": ("form_is_known", first_row("form", pl.lit("riddle"))),
    "a product that does not exist": ("product_id_exists_in_datasets_products", first_row("product_id", pl.lit(-1))),
}


def test_the_tags_that_are_made_are_those_that_the_contract_lists(queries: pl.DataFrame) -> None:
    types = label_types(load_contract(CONTRACTS / "datasets" / "queries.yaml", CONTRACTS))
    made = {tag[2:] for tag in queries["tags"].explode().unique() if tag != "O"}
    assert made == {*types}


def gate(queries: pl.LazyFrame, products: pl.LazyFrame) -> Verdict:
    contract = load_contract(CONTRACTS / "datasets" / "queries.yaml", CONTRACTS)
    return audit(
        queries, contract, references={"datasets/products": products}, now=datetime(2026, 1, 1, tzinfo=UTC)
    ).verdict


def test_the_contract_lets_the_queries_pass(queries: pl.DataFrame, products: pl.LazyFrame) -> None:
    verdict = gate(queries.lazy(), products)
    assert [rule.sentence() for rule in verdict.rules if not rule.passed] == []
    assert verdict.rows_quarantined == 0


@pytest.mark.parametrize("fault", BROKEN)
def test_the_contract_stops_every_fault(queries: pl.DataFrame, products: pl.LazyFrame, fault: str) -> None:
    rule, change = BROKEN[fault]
    verdict = gate(queries.lazy().with_columns(change), products)
    assert not verdict.passed
    assert rule in [found.name for found in verdict.blocking]
