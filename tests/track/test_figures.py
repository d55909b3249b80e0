import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mlflow.utils.validation import _validate_metric_name

from ecrec_assets.track.figures import named_figures
from ecrec_assets.track.tracking import TrackingError
from tests.track.conftest import evaluation


def test_signs_that_mlflow_forbids_are_replaced_and_a_slash_makes_no_new_level():
    frame = evaluation([("test", "department", "DRUG GM/OTC & more", "ndcg@20", 0.2)])
    assert named_figures(frame) == {"test/department/DRUG GM_OTC _ more/ndcg_20": 0.2}


def test_two_rows_with_one_name_are_refused():
    frame = evaluation([("test", "age", "65+", "auc", 0.2), ("test", "age", "65-", "auc", 0.2)] * 2)
    with pytest.raises(TrackingError, match=r"2 metric names .*test/age/65"):
        named_figures(frame)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_segment_gives_a_name_that_mlflow_accepts(segment):
    (name,) = named_figures(evaluation([("test", "slice", segment.encode(errors="replace").decode(), "auc", 0.5)]))
    _validate_metric_name(name)
    assert name.count("/") == 3
