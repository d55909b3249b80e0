import json
from pathlib import Path

from ecrec_assets.track.parameters import as_json, flat


def test_nested_parameters_get_dotted_names_and_plain_texts():
    found = dict(
        flat({"optimiser": {"lr": 5e-5, "betas": [0.9, 0.999]}, "base": Path("a/b"), "none": None, "empty": {}})
    )
    assert found == {
        "optimiser.lr": "5e-05",
        "optimiser.betas": "[0.9, 0.999]",
        "base": '"a/b"',
        "none": "null",
        "empty": "{}",
    }


def test_the_json_is_whole_and_readable_in_any_language():
    assert json.loads(as_json({"名": {"path": Path("a")}})) == {"名": {"path": "a"}}
    assert "名" in as_json({"名": 1})
