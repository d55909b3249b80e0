"""Contracts from ODCS v3.1 YAML files.

A file that cannot be understood raises `ContractFileError` with all its problems. What only makes a rule impossible to
check, such as a column that is not there, loads: the gate then holds back that one table and says why, while every
other table goes on. `ecrec contract lint` names both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ecrec_assets.contracts.model import Contract, key_of
from ecrec_assets.contracts.reading.document import Reading, read
from ecrec_assets.contracts.reading.problems import ContractFileError, Problem, near, shown

__all__ = [
    "ContractFileError",
    "contract_files",
    "cycles",
    "find_contract",
    "find_file",
    "load_contract",
    "load_contracts",
]

FOREIGN_KEY = "expect_column_values_to_exist_in_reference"


def load_contract(path: Path, root: Path) -> Contract:
    """One contract file below the folder `root`. ContractFileError says what is wrong and where."""
    return _sound([read(path, root)])[0]


def load_contracts(root: Path) -> dict[str, Contract]:
    """Every contract below `root` by key, in alphabetical order. Problems of several files are raised together."""
    readings = [read(path, root) for path in contract_files(root)]
    contracts = {contract.key: contract for contract in _sound(readings)}
    if circular := list(cycles(contracts)):
        files = {reading.key: reading for reading in readings}
        raise ContractFileError.of(_circular(files[cycle[0]], cycle) for cycle in circular)
    return contracts


def find_contract(name: str, root: Path) -> Contract:
    """A contract by its key below `root`, such as `raw/products`, or by the path of its file.

    ContractFileError names what there is instead.
    """
    path = find_file(name, root)
    inside = root if path.resolve().is_relative_to(root.resolve()) else path.parent
    return load_contract(path, inside)


def find_file(name: str, root: Path) -> Path:
    """The file of a contract, by key or by path. ContractFileError names what there is instead."""
    path = Path(name)
    if "\0" not in name and path.is_file():
        resolved = path.resolve()
        return root / resolved.relative_to(root.resolve()) if resolved.is_relative_to(root.resolve()) else path
    known = {key_of(each, root): each for each in contract_files(root)}
    if name in known:
        return known[name]
    there = f"; there are {', '.join(known) or 'none'}"
    raise ContractFileError(f"no contract '{shown(name)}' in {root}{near(name, known, otherwise=there)}")


def contract_files(root: Path) -> list[Path]:
    """The files of the contracts below `root`, in alphabetical order; hidden files and folders are left alone."""
    found = (path for path in root.rglob("*.yaml") if path.is_file() or path.is_symlink())
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(root).parts))


def cycles(contracts: Mapping[str, Contract]) -> Iterator[tuple[str, ...]]:
    """Tables that refer to each other in a circle, each circle once: none of them could be published first."""
    to = {key: sorted({*tables_of(contract)} & contracts.keys()) for key, contract in contracts.items()}
    done: set[str] = set()
    for start in to:
        trail: list[str] = []
        stack = [(start, False)]
        while stack:
            key, leaving = stack.pop()
            if leaving:
                trail.pop()
                done.add(key)
            elif key in trail:
                yield (*trail[trail.index(key) :], key)
            elif key not in done:
                trail.append(key)
                stack += [(key, True), *((other, False) for other in to[key])]


def tables_of(contract: Contract) -> Iterator[str]:
    """Tables that have to be there first. A rule may compare with the version of its own table published before."""
    yield from (reference.table for reference in contract.references)
    for rule in contract.rules:
        reference = rule.kwargs.get("reference")
        if isinstance(reference, str) and (reference != contract.key or rule.expectation == FOREIGN_KEY):
            yield reference


def _sound(readings: Iterable[Reading]) -> list[Contract]:
    kept = list(readings)
    if errors := [problem for reading in kept for problem in reading.findings.errors]:
        raise ContractFileError.of(errors)
    return [reading.contract for reading in kept if reading.contract is not None]


def _circular(reading: Reading, cycle: tuple[str, ...]) -> Problem:
    line = next((prop.at("relationships").line for prop in reading.columns.values() if _refers(prop, cycle[1])), 0)
    message = f"{' -> '.join(cycle)} refer to each other in a circle, so none can be published first; drop one"
    return Problem(reading.findings.file, line, 0, "error", "cycle", message)


def _refers(prop: Mapping[str, object], table: str) -> bool:
    return f"{table}." in str(prop.get("relationships"))
