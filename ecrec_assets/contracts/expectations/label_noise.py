"""expect_label_noise_to_be_at_most"""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import ColumnAggregateExpectation

from ecrec_assets.contracts.expectations.wording import Worded


class ExpectLabelNoiseToBeAtMost(Worded, ColumnAggregateExpectation):
    """At most `max_share` of the labels are estimated to be wrong, from predictions made out of fold.

    Confident learning (Northcutt, Jiang, Chuang 2021, Confident Learning, eq. 1 to 3): class j is confidently true for
    a row when its probability reaches the mean probability of j over the rows labelled j; of several the most probable
    counts. The counts C(label, confident class), scaled per label to the number of its rows, give the joint Q, and the
    noise is 1 - trace(Q). As in cleanlab a label without any confident row of its own counts one.

    `classes` are the labels in the order of `probabilities`: one column a class, or the name of one list column. The
    probabilities have to come from a model that did not train on the row, or the noise is learnt and not seen. Rows
    with a missing label or probability are skipped. A label outside `classes`, a probability outside [0, 1] or a row
    that does not sum to 1 within 0.01 fails the rule. With fewer than `min_rows` rows it passes with a note.
    """

    probabilities: list[str] | str
    classes: list[str | int] = pydantic.Field(min_items=2)
    max_share: float = pydantic.Field(ge=0, le=1)
    min_rows: int = pydantic.Field(default=100, ge=1)

    words: ClassVar[str] = "At most $max_share of the labels in $column may be wrong, by out-of-fold predictions"
    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.label_noise",)
    success_keys: ClassVar[tuple[str, ...]] = ("probabilities", "classes", "max_share", "min_rows")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "max_share")

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        found = metrics["column.label_noise"]
        if found["unknown_labels"] or found["not_probabilities"]:
            return {"success": False, "result": {"observed_value": found}}
        if found["n"] < self.min_rows:
            note = f"not judged: {found['n']} rows are fewer than {self.min_rows}"
            return {"success": True, "result": {"observed_value": {**found, "note": note}}}
        return {"success": found["share"] <= self.max_share, "result": {"observed_value": found}}
