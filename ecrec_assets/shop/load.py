"""Reads `ecrec.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ecrec_assets.shop.config import Shop
from ecrec_assets.shop.errors import ShopFileError, nearest
from ecrec_assets.shop.lines import BadYaml, Located, read_located

FILE = "ecrec.yaml"


def load_shop(path: Path) -> Shop:
    """The shop of a file, or of the `ecrec.yaml` in a folder.

    ShopFileError lists everything that is wrong, each with its line and the nearest right name.
    """
    file = (path / FILE if path.is_dir() else path).resolve()
    try:
        located = read_located(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ShopFileError(f"{file}: {error.strerror or error}; ECREC_SHOP names the file of a shop") from error
    except UnicodeDecodeError as error:
        raise ShopFileError(f"{file}: is not UTF-8 text; save it as UTF-8") from error
    except BadYaml as error:
        raise ShopFileError(f"{file}, line {error.line}: {error}") from error
    if not isinstance(located.values, dict):
        raise ShopFileError(f"{file}, line 1: a shop is a mapping that starts with 'name:' and 'sources:'")
    try:
        shop = Shop.model_validate(located.values)
    except ValidationError as error:
        found = sorted(error.errors(), key=lambda each: located.line(each["loc"]))
        raise ShopFileError("\n".join(_sentence(file, located, each) for each in found)) from None
    shop._file = file
    return shop


def _sentence(file: Path, located: Located, error: ErrorDetails) -> str:
    place = error["loc"]
    where = ".".join(str(part) for part in place)
    return f"{file}, line {located.line(place)}: {where + ': ' if where else ''}{_reason(error)}"


def _reason(error: ErrorDetails) -> str:
    place = error["loc"]
    if error["type"] == "extra_forbidden":
        return f"there is no such key{nearest(place[-1], _keys(place[:-1]))}"
    if error["type"] == "missing":
        return "is missing"
    if error["type"] == "literal_error":
        return f"'{error['input']}' is not one of {error['ctx']['expected']}"
    if error["type"] == "string_pattern_mismatch":
        return "use small letters, digits and " + ("-" if place == ("name",) else "_") + ", starting with a letter"
    return error["msg"].removeprefix("Value error, ")


def _keys(place: tuple[str | int, ...]) -> list[str]:
    """The keys that may stand at a place of the file."""
    model: type[BaseModel] = Shop
    for part in place:
        field = model.model_fields.get(str(part))
        inner = _models(field.annotation) if field else []
        model = inner[0] if inner else model
    return list(model.model_fields)


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The models in an annotation such as `dict[str, Source]` or `Sql | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]
