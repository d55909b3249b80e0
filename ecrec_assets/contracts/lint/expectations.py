"""Rules that Great Expectations itself refuses. Imports it, which takes about two seconds."""

from __future__ import annotations

from ecrec_assets.contracts.lint.subject import Subject
from ecrec_assets.contracts.reading.problems import shown


def check(subject: Subject) -> None:
    """What the index of arguments lets through and Great Expectations does not."""
    from ecrec_assets.contracts.suite import RuleError, expectation_of

    for rule in subject.stated():
        try:
            expectation_of(rule)
        except RuleError as error:
            message = f"{subject.called(rule)}: Great Expectations refuses it: {shown(str(error))}"
            subject.findings.error(subject.spot(rule), "refused", message)
        except ValueError as error:
            message = f"{subject.called(rule)}: {shown(str(error))}"
            subject.findings.error(subject.spot(rule), "refused", message)
