"""The head of a contract, and what the schema leaves unsaid."""

from __future__ import annotations

import re

from ecrec_assets.contracts.lint.contradictions import PRESENT, share
from ecrec_assets.contracts.lint.subject import Subject
from ecrec_assets.contracts.reading.problems import Spot, near, one_of, shown
from ecrec_assets.contracts.reading.tree import Map

SEMVER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
STATUS = ("proposed", "draft", "active", "deprecated", "retired")
PERSONAL = re.compile(
    r"(?:^|_)(e?_?mails?|phones?|mobile|telephone|(?:first|last|family|sur|given|full|middle|maiden)_?names?|customer_name"
    r"|person_name|birth_?(?:date|day|year)|date_of_birth|dob|address|street|zip_?code|post_?code|postal_code|ssn|passport"
    r"|iban|credit_card|card_number|ip|ip_?addr(?:ess)?|latitude|longitude|household_id|customer_id|user_id|person_id"
    r"|member_id|cookie(?:_id)?|device_id|gender|sex|religion|ethnicity|nationality|salary|income)(?:$|_)"
)
UNCHECKED = {
    "logicalTypeOptions": "a rule, such as expect_column_value_lengths_to_be_between",
    "encryptedName": "a classification",
}


def check(subject: Subject) -> None:
    """Identity, version, status; personal data, null budgets, freshness, and fields that nothing checks."""
    document = subject.reading.document
    if document is not None:
        _head(subject, document)
        _freshness(subject)
    _columns(subject)
    _null_budgets(subject)


def _head(subject: Subject, document: Map) -> None:
    findings = subject.findings
    for field, wanted in (("kind", "DataContract"), ("apiVersion", "v3.1.0")):
        value = document.get(field)
        if value is None or (field == "kind" and value != wanted) or not str(value).startswith(wanted[:3]):
            says = "is missing" if value is None else f"is '{shown(value)}'"
            findings.warn(document.at(field) if value else Spot(1), "head", f"'{field}' {says}; write {wanted}")
    if not document.get("id"):
        findings.warn(Spot(1), "head", "'id' is missing; give the contract a lasting name of its own")
    version = document.get("version")
    if not isinstance(version, str) or not SEMVER.fullmatch(version):
        says = "is missing" if version is None else f"is '{shown(version)}'"
        message = f"'version' {says}; write major.minor.patch, such as 1.0.0, so that a change can be told from a break"
        findings.warn(document.at("version") if version else Spot(1), "version", message)
    status = document.get("status")
    if status is not None and status not in STATUS:
        hint = near(status, STATUS, otherwise=one_of(STATUS))
        findings.warn(document.at("status"), "head", f"'status' is '{shown(status)}'{hint}")
    if not subject.contract.purpose.strip():
        findings.warn(Spot(1), "head", "'description.purpose' is missing; say in a sentence what a row is")


def _columns(subject: Subject) -> None:
    for column in subject.contract.columns:
        name, prop = shown(column.name), subject.reading.columns[column.name]
        if not column.classification and (found := PERSONAL.search(_snake(column.name))):
            message = f"column '{name}' looks like personal data ({found.group(1)}) and has no 'classification'"
            way = "write pseudonymous, personal or public; values of other than public columns are masked in reports"
            subject.findings.warn(prop.at("name"), "personal-data", f"{message}; {way}")
        for field, instead in UNCHECKED.items():
            if prop.get(field):
                message = f"column '{name}': nothing checks '{field}'; state {instead}"
                subject.findings.warn(prop.at(field), "not-checked", message)
    partitioned = [name for name, prop in subject.reading.columns.items() if prop.get("partitioned") is True]
    for name in partitioned[1:]:
        message = f"column '{shown(name)}': a table is partitioned by one column, and {shown(partitioned[0])} is"
        subject.findings.warn(subject.column_spot(name, "partitioned"), "not-checked", f"{message}; drop this one")


def _snake(name: str) -> str:
    """`FirstName` and `first-name` as `first_name`."""
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower())


def _null_budgets(subject: Subject) -> None:
    required = {column.name for column in subject.contract.columns if column.required}
    limits = {rule.kwargs["column"]: share(rule) for rule in subject.contract.rules if _is_derived(subject, rule.name)}
    for rule in subject.stated():
        column = rule.kwargs.get("column")
        if rule.expectation != PRESENT or column not in required or rule.where or column not in limits:
            continue
        if share(rule) < limits[column]:
            message = (
                f"{subject.called(rule)}: {shown(column)} is required, which lets {1 - limits[column]:.4g} be missing; "
                f"a budget of {1 - share(rule):.4g} never counts: drop it, or drop 'required'"
            )
            subject.findings.warn(subject.spot(rule), "null-budget", message)


def _is_derived(subject: Subject, name: str) -> bool:
    return name.endswith("_is_present") and name not in subject.reading.rules


def _freshness(subject: Subject) -> None:
    """Timestamps only: a date of birth need not be fresh."""
    key = subject.contract.key
    times = [name for name, prop in subject.reading.columns.items() if prop.get("logicalType") == "timestamp"]
    if times and subject.contract.freshness is None and key.split("/")[0] in ("raw", "datasets"):
        message = (
            f"{shown(times[0])} is a time and nothing says how old the newest may be; add a freshness to slaProperties"
        )
        subject.findings.warn(subject.column_spot(times[0]), "freshness", message)
