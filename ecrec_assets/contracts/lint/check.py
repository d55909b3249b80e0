"""Runs every check over contract files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ecrec_assets.contracts.lint import columns, contradictions, metadata, patterns, redundancy, references, wording
from ecrec_assets.contracts.lint import types as column_types
from ecrec_assets.contracts.lint import where as conditions
from ecrec_assets.contracts.lint.subject import Subject
from ecrec_assets.contracts.model import Contract
from ecrec_assets.contracts.odcs import contract_files
from ecrec_assets.contracts.reading.document import Reading, read
from ecrec_assets.contracts.reading.problems import Findings, Problem, Spot

CHECKS = (
    columns.check,
    column_types.check,
    contradictions.check,
    conditions.check,
    patterns.check,
    references.check,
    redundancy.check,
    metadata.check,
    wording.check,
)


def lint(
    root: Path, only: Iterable[Path] | None = None, *, engine: bool = True, beside: Path | None = None
) -> list[Problem]:
    """The problems of the contracts below `root`, or of the files in `only`, in the order of files and lines.

    The others are read too, since contracts refer to each other; so are those of the folder `beside`. With
    `engine` each rule is also shown to Great Expectations, and each file to the standard's own schema, which takes a
    few seconds to import.
    """
    readings = {path.resolve(): read(path, root) for path in contract_files(root)}
    asked = [path.resolve() for path in only] if only is not None else list(readings)
    for path in asked:
        if path not in readings:
            readings[path] = read(path, path.parent)
    others = [read(path, beside) for path in contract_files(beside)] if beside is not None else []
    known = {reading.key: reading.partial for reading in (*others, *readings.values()) if reading.partial}
    found = [problem for path in asked for problem in problems_of(readings[path], known, engine=engine)]
    return [*found, *([] if only is not None else _unread(root))]


def problems_of(reading: Reading, contracts: Mapping[str, Contract], *, engine: bool) -> list[Problem]:
    """The problems of one file, by line."""
    if reading.partial is not None:
        subject = Subject(reading, reading.partial, contracts)
        for check in CHECKS:
            check(subject)
        if engine:
            from ecrec_assets.contracts.lint import expectations, standard

            standard.check(subject)
            expectations.check(subject)
    return sorted(reading.problems, key=lambda problem: (problem.line, problem.column))


def _unread(root: Path) -> list[Problem]:
    """Files that look like contracts and are never read."""
    found: list[Problem] = []
    for path in sorted(root.rglob("*.yml")):
        findings = Findings(str(path))
        findings.warn(Spot(0), "not-read", f"is not read; call it {path.stem}.yaml")
        found += findings.problems
    return found
