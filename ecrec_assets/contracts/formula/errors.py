"""What a formula cannot be."""

from __future__ import annotations


class FormulaError(ValueError):
    """A formula that is refused; the message points at the place."""

    def __init__(self, problem: str, text: str = "", at: int = 0) -> None:
        super().__init__(f"{problem}\n  {text}\n  {' ' * at}^" if text else problem)
        self.problem = problem
