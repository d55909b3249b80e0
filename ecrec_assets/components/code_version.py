"""A code version that nobody has to remember to change: a hash of the code an asset really runs."""

import ast
import hashlib
import inspect
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ecrec_assets.components import parse_cache
from ecrec_assets.components.parse_cache import Parsed

PACKAGE = "ecrec_assets"
ROOT = Path(__file__).parents[2]  # the folder that holds the package


def code_version(function: Callable[..., Any]) -> str:
    """Twelve hex digits over the function's own source and every ecrec module it imports, directly or not.

    Comments and formatting do not count: the syntax tree is hashed, not the text.
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    digest = hashlib.sha256(ast.dump(tree).encode())
    for module in sorted(_closure(tuple(_imports(tree)))):
        digest.update(_parsed(module).digest.encode())
    parse_cache.save()
    return digest.hexdigest()[:12]


def _closure(modules: tuple[str, ...]) -> set[str]:
    seen: set[str] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            waiting.extend(_parsed(module).imports)
    return seen


@cache
def _parsed(module: str) -> Parsed:
    file = _file(module)
    if file is None:
        raise ModuleNotFoundError(f"no source for {module}")
    source = file.read_bytes()
    return parse_cache.parsed(source, lambda: _parse(source))


def _parse(source: bytes) -> Parsed:
    tree = ast.parse(source)
    return Parsed(hashlib.sha256(ast.dump(tree).encode()).hexdigest(), tuple(_imports(tree)))


def _imports(tree: ast.AST) -> Iterator[str]:
    """Modules of this package that the tree names in an import statement, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
            yield from (_module_of(node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith(PACKAGE))


@cache
def _module_of(module: str, name: str) -> str:
    """`from package import module` names a module too; anything else lives in the module itself."""
    inner = f"{module}.{name}"
    return inner if _file(inner) else module


@cache
def _file(module: str) -> Path | None:
    """Where a module's source is; found by its name, since to look it up by import would run the packages around it."""
    place = ROOT.joinpath(*module.split("."))
    return next((file for file in (place / "__init__.py", place.with_name(f"{place.name}.py")) if file.is_file()), None)
