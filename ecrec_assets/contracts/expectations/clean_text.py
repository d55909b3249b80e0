"""expect_column_values_to_be_clean_text"""

from __future__ import annotations

from typing import ClassVar, Literal

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import ColumnMapExpectation

from ecrec_assets.contracts.expectations.wording import Worded

Kind = Literal["mojibake", "replacement", "control", "markup", "entity"]
KINDS: list[Kind] = ["mojibake", "replacement", "control", "markup", "entity"]


class ExpectColumnValuesToBeCleanText(Worded, ColumnMapExpectation):
    """Text is neither wrongly decoded nor still marked up. Missing values are not asked.

    `kinds` chooses what is looked for: `mojibake` (UTF-8 read as Latin-1 or Windows-1252, `cafÃ©`), `replacement`
    (U+FFFD), `control` (C0 and C1 but tab and line ends, byte order marks), `markup` (HTML tags and comments),
    `entity` (`&amp;`, `&#39;`). The patterns rather find less than accuse good text: a capital Ã or Â before a quote,
    a dash or a sign of trade (MAÇÃ®) and a lone sequence of accents are let pass.
    """

    kinds: list[Kind] = pydantic.Field(default=KINDS, min_items=1)

    words: ClassVar[str] = "$column must be free of $kinds"
    map_metric: ClassVar[str | None] = "column_values.clean_text"
    success_keys: ClassVar[tuple[str, ...]] = ("kinds", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "kinds")
