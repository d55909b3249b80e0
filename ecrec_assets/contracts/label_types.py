"""The label set of a tagger: the types that the contract of its data lists."""

from __future__ import annotations

from ecrec_assets.contracts.model import Contract
from ecrec_assets.contracts.odcs import ContractFileError

RULE = "expect_column_tags_to_be_iob2"


def label_types(contract: Contract, column: str = "tags") -> tuple[str, ...]:
    """The `types` of the rule about the tags in `column`, in the order of the file.

    ContractFileError when the contract has no such rule, or one that lists no types: then nobody has said what the
    model may say.
    """
    rules = [rule for rule in contract.rules if rule.expectation == RULE and rule.kwargs.get("column") == column]
    types = [tuple(rule.kwargs["types"]) for rule in rules if rule.kwargs.get("types")]
    if not types:
        said = f"its rule '{rules[0].name}' lists no types" if rules else f"it has no rule {RULE} on column '{column}'"
        raise ContractFileError(
            f"{contract.key}@{contract.version}: {said}, so the label set is not known. "
            "List the labels there: kwargs: {types: [brand, color, …]}"
        )
    if len({frozenset(each) for each in types}) > 1:
        raise ContractFileError(
            f"{contract.key}@{contract.version}: two rules {RULE} on column '{column}' list different types"
        )
    return types[0]
