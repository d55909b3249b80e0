"""expect_table_schema_to_match"""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.expectations.expectation import BatchExpectation

from ecrec_assets.contracts.expectations.wording import Worded


class ExpectTableSchemaToMatch(Worded, BatchExpectation):
    """Every column of the contract is there under its name and with its type; others are reported, not refused.

    The observed value names what is missing, renamed (a column of a similar name is there instead), retyped or
    unexpected.
    """

    column_types: dict[str, str]

    words: ClassVar[str] = "Columns must be there with these names and types: $column_types"
    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.schema_difference",)
    success_keys: ClassVar[tuple[str, ...]] = ("column_types",)

    @classmethod
    def word_params(cls, kwargs: dict[str, Any]) -> dict[str, Any]:
        return {"column_types": ", ".join(f"{name} {dtype}" for name, dtype in kwargs["column_types"].items())}

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        difference = metrics["table.schema_difference"]
        broken = difference.keys() & {"missing", "renamed", "retyped"}
        return {"success": not broken, "result": {"observed_value": difference or "as expected"}}
