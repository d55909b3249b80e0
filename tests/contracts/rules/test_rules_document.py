"""Every example of docs/rules.md is a rule that can be asked, and every rule of ours is named there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contracts.contracts import NOW, audited, rule
from tests.contracts.rules.examples import ARGUMENTS, FRAME, PUBLISHED, REFERENCE

TEXT = (Path(__file__).parents[3] / "docs" / "rules.md").read_text(encoding="utf-8")
EXAMPLES: list[dict[str, Any]] = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)]
OF_THE_SCHEMA = {  # those a contract gets from its schema, and those the README shows
    "expect_column_list_to_be_a_key", "expect_column_list_values_to_be_finite", "expect_table_schema_to_match",
    "expect_column_max_to_be_recent", "expect_days_to_have_rows", "expect_expression_to_hold",
    "expect_rows_to_be_distinct", "expect_column_values_to_be_in_one_group",
}  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["type"])
def test_an_example_runs(example: dict[str, Any]) -> None:
    one = rule(example["type"], **example["kwargs"], on_fail="warn")
    found = audited(FRAME.lazy(), one, references={REFERENCE: PUBLISHED.lazy()})
    assert found.verdict.rule("the_rule").error is None
    assert found.verdict.created_at == NOW


def test_every_rule_of_the_field_is_described() -> None:
    named = {*re.findall(r"expect_\w+", TEXT)} | {
        f"{name}_in_reference" for name in re.findall(r"`(expect_\w+_cause)`", TEXT)
    }
    assert set(ARGUMENTS) - OF_THE_SCHEMA - named == set()
    assert named - set(ARGUMENTS) == set()
