from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecrec_assets.models.recommender.model import Recommender
from ecrec_assets.models.recommender.storage import ModelFileError
from tests.models.recommender.same import assert_same


def test_a_saved_recommender_comes_back_the_same(model: Recommender, tmp_path: Path) -> None:
    model.save(tmp_path / "new" / "folder")
    loaded = Recommender.load(tmp_path / "new" / "folder")
    assert_same(model, loaded)
    asked = [*model.user_ids, -1]
    assert loaded.recommend(asked, 20).equals(model.recommend(asked, 20))


def test_a_model_is_two_files_without_code(model: Recommender, tmp_path: Path) -> None:
    model.save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["arrays.safetensors", "recommender.json"]
    assert json.loads((tmp_path / "recommender.json").read_text())["until"] == "2017-03-27T00:00:00"


@pytest.mark.parametrize("name", ["arrays.safetensors", "recommender.json"])
def test_a_missing_or_cut_file_is_refused_with_a_way_out(model: Recommender, tmp_path: Path, name: str) -> None:
    model.save(tmp_path)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelFileError, match="train and write it again"):
        Recommender.load(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(ModelFileError, match="no complete recommender"):
        Recommender.load(tmp_path)


def test_another_format_is_refused(model: Recommender, tmp_path: Path) -> None:
    model.save(tmp_path)
    facts = json.loads((tmp_path / "recommender.json").read_text())
    (tmp_path / "recommender.json").write_text(json.dumps({**facts, "format": 99}))
    with pytest.raises(ModelFileError, match="format 99, this version reads 2"):
        Recommender.load(tmp_path)
