from pathlib import Path

import pytest

from ecrec_assets.track.checksums import TamperedError, sums
from ecrec_assets.track.models import CHECKSUMS
from ecrec_assets.track.promotion import Decision, decide
from ecrec_assets.track.registry import champion, record, register
from ecrec_assets.track.runs import training_run
from ecrec_assets.track.tracking import TrackingError
from tests.track.conftest import evaluation

GOOD = Decision(True, "the first")


@pytest.fixture
def challenge(tracking, logged):
    """Trains, evaluates, registers and judges a version; returns its number and the decision."""

    def run(name: str, ndcg: float, *, verdict_passed: bool = True):
        with training_run(tracking, name, f"{ndcg}", parameters={}, inputs={"datasets/transactions": 1}) as started:
            model = logged(started)
            started.metrics(evaluation([("test", "all", "all", "ndcg", ndcg)]))
        version = register(tracking, name, model)
        served = champion(tracking, name)
        figures = served.metrics if served else None
        decision = decide(verdict_passed, {"test/ndcg": ndcg}, figures, primary="test/ndcg")
        record(tracking, name, version, decision)
        return version, decision

    return run


@pytest.fixture
def served(tracking, run, logged, request):
    """A champion named after the test."""
    name = request.node.name.replace("/", " ")
    record(tracking, name, register(tracking, name, logged(run)), GOOD)
    return champion(tracking, name)


def test_nobody_is_champion_of_an_unknown_name_or_before_a_decision(tracking, run, logged):
    assert champion(tracking, "unknown") is None
    register(tracking, "undecided", logged(run))
    assert champion(tracking, "undecided") is None


def test_the_alias_moves_to_a_better_version_and_stays_when_a_worse_one_comes(tracking, client, challenge):
    assert challenge("ladder", 0.30) == (1, (True, "The first version that passed its contract, test/ndcg 0.3000."))
    assert challenge("ladder", 0.35)[1].promote
    version, refused = challenge("ladder", 0.34)
    assert (version, refused.promote) == (3, False)
    served = champion(tracking, "ladder")
    assert (served.version, served.metrics) == (2, {"test/ndcg": 0.35})
    tags = client.get_model_version("ladder", "3").tags
    assert (tags["promoted"], tags["reason"]) == ("false", refused.reason)
    assert "0.3400 against the champion's 0.3500" in tags["reason"]


def test_a_version_whose_contract_failed_never_serves_however_good(tracking, challenge):
    challenge("strict", 0.30)
    assert not challenge("strict", 0.99, verdict_passed=False)[1].promote
    assert champion(tracking, "strict").version == 1


def test_the_champions_folder_holds_what_the_model_saved_and_why_it_serves(served, saved):
    assert sums(served.folder) == sums(saved)
    assert (served.version, served.reason) == (1, "the first")


def test_mlflow_leads_from_a_version_to_its_run_and_model_and_back(client, served):
    version = client.get_model_version(served.name, "1")
    assert version.run_id == served.run_id
    model = client.get_logged_model(served.model_id)
    assert model.artifact_location == version.source
    assert model.tags["mlflow.modelVersions"] == f'[{{"name": "{served.name}", "version": 1}}]'


@pytest.mark.parametrize("file", ["model/model.safetensors", "model/config.json", "MLmodel", "README.md"])
def test_one_changed_byte_in_any_file_is_found(tracking, served, file):
    path = served.folder.parent / file
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(TamperedError, match=rf"version 1 in .*: {file} is changed\. It is not loaded"):
        champion(tracking, served.name)


def test_an_added_or_missing_file_is_found(tracking, served):
    (served.folder / "config.json").rename(served.folder / "payload.pkl")
    with pytest.raises(TamperedError, match=r"config\.json is missing; model/payload\.pkl was never recorded"):
        champion(tracking, served.name)


def test_a_model_that_vanished_is_an_error_with_a_way_out(tracking, served):
    served.folder.parent.rename(served.folder.parent.with_name("moved"))
    with pytest.raises(TrackingError, match=r"is gone\. Restore it, or train again"):
        champion(tracking, served.name)


def test_a_model_that_ecrec_did_not_record_is_not_handed_out(tracking, client, served):
    client.delete_logged_model_tag(served.model_id, CHECKSUMS)
    with pytest.raises(TamperedError):
        champion(tracking, served.name)


def test_a_champion_set_by_hand_on_a_version_of_someone_else_is_not_handed_out(tracking, client, run, tmp_path: Path):
    client.create_registered_model("foreign")
    client.create_model_version("foreign", tmp_path.as_uri(), run_id=run.run_id)
    client.set_registered_model_alias("foreign", "champion", "1")
    with pytest.raises(TrackingError, match="foreign version 1 was not registered by ecrec"):
        champion(tracking, "foreign")
