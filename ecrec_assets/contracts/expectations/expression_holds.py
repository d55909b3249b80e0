"""expect_expression_to_hold"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from great_expectations.compatibility import pydantic

from ecrec_assets.contracts.engine.compilers.expressions import columns_of, wording
from ecrec_assets.contracts.expectations.column_list import ColumnListExpectation
from ecrec_assets.contracts.expectations.wording import Worded


class ExpectExpressionToHold(Worded, ColumnListExpectation):
    """`left operator right` in every row, where a side is a column, a number or a tree of them.

    A tree is one operation on parts: `{sub: [sales_value, coupon_disc]}`; operations are add, sub, mul, div, min, max
    and abs. Rows where a column of it is missing are not asked. Text is only ever a column name, never code.
    """

    left: Any
    operator: Literal[">=", ">", "<=", "<", "==", "!="]
    right: Any
    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "any_value_is_missing"

    words: ClassVar[str] = "$left must be $operator $right"
    map_metric: ClassVar[str | None] = "expression.holds"
    success_keys: ClassVar[tuple[str, ...]] = ("left", "operator", "right", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("left", "operator", "right")

    @pydantic.root_validator(pre=True)
    def _name_the_columns(cls, given: dict[str, Any]) -> dict[str, Any]:
        names = [*columns_of(given.get("left")), *columns_of(given.get("right"))]
        return {**given, "column_list": list(dict.fromkeys(names))}

    @classmethod
    def word_params(cls, kwargs: dict[str, Any]) -> dict[str, Any]:
        return {**kwargs, "left": wording(kwargs["left"]), "right": wording(kwargs["right"])}
