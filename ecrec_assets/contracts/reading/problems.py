"""What is wrong with a contract file: where, what, and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, Literal, NamedTuple

Level = Literal["error", "warning"]
MOST_SHOWN = 20
MOST_TEXT = 60
SHORTEST = 3


class Spot(NamedTuple):
    """A place in a file; both count from 1, and line 0 is the file as a whole."""

    line: int
    column: int = 0


class Problem(NamedTuple):
    """One thing to mend. `code` is a short stable word, such as `unknown-column`."""

    file: str
    line: int
    column: int
    level: Level
    code: str
    message: str

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return f"{place}: {self.level} {self.code}: {self.message}"


class ContractFileError(ValueError):
    """Contract files that cannot be used; the message names file, line, thing and way out of every problem."""

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> ContractFileError:
        """All problems together, a line each; after the first twenty only their number."""
        found = tuple(problems)
        lines = [str(problem) for problem in found[:MOST_SHOWN]]
        if len(found) > MOST_SHOWN:
            lines.append(f"... and {len(found) - MOST_SHOWN} more problems; `ecrec contract lint` lists all")
        return cls("\n".join(lines), found)


class Findings:
    """Collects the problems of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def error(self, spot: Spot, code: str, message: str) -> None:
        self._add(spot, "error", code, message)

    def warn(self, spot: Spot, code: str, message: str) -> None:
        self._add(spot, "warning", code, message)

    def _add(self, spot: Spot, level: Level, code: str, message: str) -> None:
        problem = Problem(self.file, spot.line, spot.column, level, code, message)
        if problem not in self.problems:
            self.problems.append(problem)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == "error"]


def near(name: Any, known: Iterable[str], *, otherwise: str = "") -> str:
    """`; did you mean 'severity'?` for a name that is almost one of `known`, else the text given."""
    names = {each.casefold(): each for each in known}
    asked = str(name).casefold()[:200]
    close = get_close_matches(asked, names, n=1, cutoff=0.72) or _longer(asked, names)
    return f"; did you mean '{names[close[0]]}'?" if close else otherwise


def _longer(asked: str, names: Iterable[str]) -> list[str]:
    """`min` for `min_value`: names that go on where this one stops."""
    return [each for each in names if len(asked) >= SHORTEST and each.startswith(asked)]


def one_of(known: Iterable[str]) -> str:
    return f"; it must be one of {', '.join(known)}"


def shown(value: Any) -> str:
    """A value of a file, cut and without characters that could disguise the message."""
    text = value if isinstance(value, str) else repr(value)
    cut = text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + "…"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in cut)
