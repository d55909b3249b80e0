"""The base of our row rules over a list of columns: one column is enough, and the list may be left out."""

from __future__ import annotations

from typing import ClassVar, Literal

from great_expectations.compatibility import pydantic
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.expectations.expectation import MulticolumnMapExpectation


class ColumnListExpectation(MulticolumnMapExpectation):
    """Great Expectations asks for two columns or more; our rules also make sense for one."""

    column_list: list[str] = pydantic.Field(default_factory=list)
    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "never"

    domain_type: ClassVar[MetricDomainTypes] = MetricDomainTypes.MULTICOLUMN

    @pydantic.validator("column_list")
    def _validate_column_list(cls, names: list[str]) -> list[str]:
        return names

    @classmethod
    def is_abstract(cls) -> bool:
        return cls.map_metric is None
