from pathlib import Path

import pytest

from ecrec_assets.components.code_version import code_version


def _module(folder: Path, body: str) -> object:
    """A module that stands in for ecrec's own package, loaded afresh."""
    import importlib.util

    path = folder / "made.py"
    path.write_text(body)
    spec = importlib.util.spec_from_file_location("made", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def version(folder: Path, body: str) -> str:
    import linecache

    linecache.clearcache()
    return code_version(_module(folder, body).compute)  # type: ignore[attr-defined]


BODY = "def compute():\n    from ecrec_assets.verdict import Verdict\n    return Verdict\n"


def test_comments_and_layout_do_not_change_the_version(tmp_path: Path) -> None:
    assert version(tmp_path, BODY) == version(tmp_path, BODY.replace("    return", "    # why\n\n    return"))


def test_another_statement_changes_the_version(tmp_path: Path) -> None:
    assert version(tmp_path, BODY) != version(tmp_path, BODY.replace("return Verdict", "return None"))


def test_code_behind_an_import_is_part_of_the_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ecrec_assets.components import code_version as module
    from ecrec_assets.components.parse_cache import Parsed

    before = version(tmp_path, BODY)
    parsed = module._parsed

    def changed(name: str) -> Parsed:
        found = parsed(name)
        return found._replace(digest=found.digest + " changed") if name == "ecrec_assets.verdict" else found

    monkeypatch.setattr(module, "_parsed", changed)
    assert version(tmp_path, BODY) != before


def test_imports_of_imports_count_too() -> None:
    from ecrec_assets.components.code_version import _closure

    assert "ecrec_assets.verdict" in _closure(("ecrec_assets.contracts.odcs",))
