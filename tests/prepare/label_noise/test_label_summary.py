"""Balance and estimated noise by type."""

from __future__ import annotations

import pytest

from ecrec_assets.prepare.label_noise.report import label_report
from ecrec_assets.prepare.label_noise.summary import label_summary, noise_joint
from tests.prepare.label_noise.judged import TAGS, judged

RIGHT = [(f"r{i}", "red shoes", "B-color B-item", "B-color B-item") for i in range(30)]
WRONG = [(f"w{i}", "blue lamp", "B-item B-item", "B-color B-item") for i in range(10)]


def test_noise_balance_and_what_it_truly_is_by_type() -> None:
    report = label_report(*judged(*RIGHT, *WRONG), tags=TAGS)
    found = {
        (row["unit"], row["type"]): row for row in label_summary(report, tags=TAGS).collect().iter_rows(named=True)
    }
    item = found["span", "item"]
    assert (item["labels"], item["share"]) == (50, 50 / 80)
    assert item["noise"] == pytest.approx(0.2)
    assert (item["truly"], item["truly_share"]) == ("color", pytest.approx(0.2))
    assert found["span", "color"]["noise"] == 0
    assert found["span", "all"]["noise"] == pytest.approx(10 / 80)
    assert found["span", "O"]["labels"] == 0


def test_the_joint_adds_up_to_one() -> None:
    report = label_report(*judged(*RIGHT, *WRONG), tags=TAGS)
    joint = noise_joint(report, tags=TAGS).collect().filter(unit="word")
    assert joint["share"].sum() == pytest.approx(1)
    assert joint.filter(given="item", truly="color")["share"].item() == pytest.approx(10 / 80)
