import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrec_assets.track.promotion import decide

FIGURE = st.floats(min_value=-1, max_value=1)


def test_the_first_version_that_passes_becomes_champion():
    decision = decide(True, {"ndcg": 0.35}, None, primary="ndcg")
    assert decision == (True, "The first version that passed its contract, ndcg 0.3500.")


def test_a_worse_challenger_is_refused_with_both_figures():
    promote, reason = decide(True, {"ndcg": 0.34}, {"ndcg": 0.358}, primary="ndcg")
    assert not promote
    assert reason == "Worse than the champion: ndcg 0.3400 against the champion's 0.3580 (difference -0.0180)."


@pytest.mark.parametrize(("new", "promote"), [(0.36, True), (0.358, True), (0.354, True), (0.352, False)])
def test_a_loss_within_the_tolerance_counts_as_equal(new, promote):
    assert decide(True, {"ndcg": new}, {"ndcg": 0.358}, primary="ndcg", tolerance=0.005).promote is promote


@settings(deadline=None)
@given(FIGURE, st.none() | FIGURE, st.floats(min_value=0, max_value=1))
def test_a_failed_contract_never_becomes_champion(new, old, tolerance):
    champion = None if old is None else {"f1": old}
    promote, reason = decide(False, {"f1": new}, champion, primary="f1", tolerance=tolerance)
    assert not promote
    assert "contract failed" in reason


@settings(deadline=None)
@given(FIGURE, FIGURE)
def test_of_two_versions_the_worse_one_never_replaces_the_better(new, old):
    assert decide(True, {"f1": new}, {"f1": old}, primary="f1").promote is (new >= old)


def test_a_champion_without_the_figure_is_not_replaced_blindly():
    promote, reason = decide(True, {"ndcg": 0.3}, {"auc": 0.9}, primary="ndcg")
    assert not promote
    assert "has no ndcg to compare with. Remove the alias" in reason


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_figure_that_is_not_finite_decides_nothing(bad):
    with pytest.raises(ValueError, match="must not decide"):
        decide(True, {"ndcg": bad}, None, primary="ndcg")


def test_a_missing_figure_is_an_error_that_lists_what_there_is():
    with pytest.raises(ValueError, match="no figure 'ndcg'; it has auc, f1"):
        decide(True, {"f1": 1.0, "auc": 1.0}, None, primary="ndcg")


@pytest.mark.parametrize("tolerance", [-0.1, float("nan"), float("inf")])
def test_a_tolerance_that_makes_no_sense_is_an_error(tolerance):
    with pytest.raises(ValueError, match="tolerance"):
        decide(True, {"f1": 1.0}, None, primary="f1", tolerance=tolerance)
