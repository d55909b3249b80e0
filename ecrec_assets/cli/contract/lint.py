"""`ecrec contract lint`: what is wrong with contract files, and what could be better."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from ecrec_assets.contracts.reading.problems import ContractFileError, Level, Problem
from ecrec_assets.settings import get_settings

FOR_SHOPS = "shop"  # below `expectations/`: the contracts any shop may use


def lint(
    contracts: Annotated[
        list[str] | None, typer.Argument(help="Keys such as raw/products, files or folders; 'all' or none: every one.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 on warnings too.")] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Ask neither Great Expectations nor the standard's schema; under a second.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
) -> None:
    """Find mistakes in contracts without any data: file, line, and the nearest right name.

    Exit code 0: sound. 1: errors, or with --strict warnings. 2: there is no such contract.
    """
    from ecrec_assets.contracts.lint.check import lint as problems_in
    from ecrec_assets.contracts.odcs import contract_files
    from ecrec_assets.shop.errors import ShopFileError
    from ecrec_assets.shop.load import load_shop

    root, beside = get_settings().expectations, None
    try:
        if (file := get_settings().shop_file) is not None:
            root, beside = load_shop(file).contract_folder, root / FOR_SHOPS
        root, only = _asked(contracts or ["all"], root)
    except (ContractFileError, ShopFileError) as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    files = only if only is not None else contract_files(root)
    problems = [_near(problem) for problem in problems_in(root, only, engine=not quick, beside=beside)]
    count = Counter(problem.level for problem in problems)
    if as_json:
        typer.echo(json.dumps(_document(problems, len(files)), ensure_ascii=False))
    else:
        _print(problems)
        typer.echo(_summary(len(files), count), err=True)
    if count["error"] or (strict and count["warning"]):
        sys.exit(1)


def _asked(names: list[str], root: Path) -> tuple[Path, list[Path] | None]:
    """The folder the names live in, and their files; None for all of them. ContractFileError for an unknown name."""
    from ecrec_assets.contracts.odcs import contract_files, find_file

    if "all" in names:
        if not root.is_dir():
            raise ContractFileError(f"there is no folder {root}; set ECREC_EXPECTATIONS to the folder of the contracts")
        return root, None
    if len(names) == 1 and Path(names[0]).is_dir():
        return Path(names[0]), None
    files: list[Path] = []
    for name in names:
        folder = Path(name)
        files += contract_files(folder) if folder.is_dir() else [find_file(name, root)]
    return root, files


def _near(problem: Problem) -> Problem:
    """The file as one would type it here."""
    path = Path(problem.file).absolute()
    here = Path.cwd()
    return problem._replace(file=str(path.relative_to(here))) if path.is_relative_to(here) else problem


def _print(problems: Iterable[Problem]) -> None:
    colours = {"error": typer.colors.RED, "warning": typer.colors.YELLOW}
    for problem in problems:
        place = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part)
        level = typer.style(problem.level, fg=colours[problem.level])
        typer.echo(f"{place}: {level} {typer.style(problem.code, bold=True)}: {problem.message}")


def _summary(files: int, count: Mapping[Level, int]) -> str:
    levels: tuple[Level, ...] = ("error", "warning")
    parts = [f"{count[level]} {level}{'' if count[level] == 1 else 's'}" for level in levels]
    return f"{files} contract{'' if files == 1 else 's'}: {', '.join(parts)}"


def _document(problems: list[Problem], files: int) -> dict[str, object]:
    count = Counter(problem.level for problem in problems)
    return {
        "contracts": files,
        "errors": count["error"],
        "warnings": count["warning"],
        "problems": [problem._asdict() for problem in problems],
    }
