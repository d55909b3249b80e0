"""Values that come from the environment: `${NAME}`. The file holds names, never secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ecrec_assets.shop.errors import ShopFileError

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
PASSWORD = re.compile(r"//[^/@:\s]*:([^@/]+)@")


def variables_in(text: str) -> list[str]:
    """The names in `${…}`, in their order."""
    return VARIABLE.findall(text)


def filled(text: str, environment: Mapping[str, str], place: str) -> str:
    """The text with its variables filled in. ShopFileError names the first one that is not set."""
    missing = [name for name in variables_in(text) if not environment.get(name)]
    if missing:
        raise ShopFileError(f"{place}: the environment variable {missing[0]} is not set; export it and try again")
    return VARIABLE.sub(lambda found: environment[found[1]], text)


def check_no_password(url: str) -> str:
    """The url itself, or ValueError when it carries a password that is not a variable."""
    found = PASSWORD.search(url)
    if found and not VARIABLE.fullmatch(found[1]):
        raise ValueError("the url holds a password; write ${NAME} in its place and set that environment variable")
    return url
