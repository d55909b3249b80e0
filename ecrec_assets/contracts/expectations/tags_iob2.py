"""expect_column_tags_to_be_iob2"""

from __future__ import annotations

from typing import ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import ColumnMapExpectation

from ecrec_assets.contracts.expectations.wording import Worded


class ExpectColumnTagsToBeIob2(Worded, ColumnMapExpectation):
    """A list of IOB2 tags of known types: `O`, `B-x` where a span begins, `I-x` only behind `B-x` or `I-x`.

    Ramshaw & Marcus 1995, Text Chunking using Transformation-Based Learning, with a B- at the start of every span
    (Tjong Kim Sang & Veenstra 1999). `types` is the label set, and what the model may say; without it the names are
    free and only their order is judged. With `token_column` there have to be as many tags as words. A missing tag
    inside the list, a tag of no form and a missing list of words fail; a missing list of tags is not asked (`required`
    says it). On the Polars engine the failing value is told with the place and the reason.
    """

    types: list[str] | None = pydantic.Field(default=None, min_items=1)
    token_column: str | None = None

    words: ClassVar[str] = "$column must be IOB2 tags of $types$beside"
    map_metric: ClassVar[str | None] = "column_values.iob2"
    success_keys: ClassVar[tuple[str, ...]] = ("types", "token_column", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "types", "token_column")

    @pydantic.validator("types")
    def _are_names(cls, types: list[str] | None) -> list[str] | None:
        for name in types or ():
            if not name or name != name.strip() or any(sign.isspace() for sign in name):
                raise ValueError(f"'{name}' cannot be a type: it is empty or holds a blank")
            if name[:2] in ("B-", "I-") or name == "O":
                raise ValueError(f"'{name}' is a tag; a type is written without B- or I-, and O is none")
        if types and len({*types}) < len(types):
            twice = next(name for name in types if types.count(name) > 1)
            raise ValueError(f"the type '{twice}' is there twice")
        return types

    @classmethod
    def word_params(cls, kwargs: dict[str, object]) -> dict[str, object]:
        words = kwargs.get("token_column")
        return {
            "types": "any type",
            **super().word_params(kwargs),
            "beside": f", one a word of {words}" if words else "",
        }
