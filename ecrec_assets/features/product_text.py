"""The words that tell a product from others."""

from __future__ import annotations

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from ecrec_assets.features.directions import lengths, vector_column
from ecrec_assets.features.text_space import fit_text_space
from ecrec_assets.features.windows import as_of, known

TEXT = pl.concat_str("item_text", "category_text", separator=" ", ignore_nulls=True).alias("text")


class ProductTextConfig(BaseModel):
    """How much is kept of a text."""

    model_config = ConfigDict(frozen=True)

    keywords: int = Field(5, ge=1, description="heaviest words kept of a product")
    size: int = Field(64, ge=1, description="numbers of a text vector; 64 hold 37 % of a grocer's texts, 16 only 14 %")
    seed: int = Field(7, description="start of the randomised SVD")


USUAL_TEXT = ProductTextConfig()


def product_text_features(
    products: pl.LazyFrame, lines: pl.LazyFrame, *, cutoff_week: int, config: ProductTextConfig = USUAL_TEXT
) -> pl.LazyFrame:
    """One row a product of the catalogue bought by the cut-off week: `keywords` and `keyword_weights` (TF-IDF of
    item_text and category_text, heaviest first), `text_vector` and `text_kept` (share of the text it holds, 0 to 1).

    How rare a word is, is learned from the texts of these products, each text once; a later product changes nothing.
    """
    bought = known(lines, cutoff_week).select("product_id")
    named = products.select("product_id", TEXT).join(bought, on="product_id", how="semi")
    texts = named.select(pl.col("text").unique().sort()).collect()
    return named.join(_described(texts["text"], config), on="text").select(
        "product_id", as_of(cutoff_week), "keywords", "keyword_weights", "text_vector", "text_kept"
    )


def _described(texts: pl.Series, config: ProductTextConfig) -> pl.LazyFrame:
    space = fit_text_space(texts.to_list(), size=config.size, seed=config.seed)
    weighed = space.weigh(texts.to_list())
    placed = space.place(weighed)
    rows = pl.DataFrame({"text": texts, "text_vector": vector_column(placed), "text_kept": lengths(placed) ** 2})
    words = space.keywords(weighed, config.keywords)
    numbered = rows.with_row_index("row").join(words.rename({"text": "row"}), on="row", how="left")
    return numbered.with_columns(pl.col("keywords", "keyword_weights").fill_null([])).drop("row").lazy()
