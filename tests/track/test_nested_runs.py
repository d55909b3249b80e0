import pytest

from ecrec_assets.track.run_state import Stopped
from ecrec_assets.track.runs import training_run


def children(client, run) -> list:
    experiment = client.get_run(run.run_id).info.experiment_id
    return client.search_runs([experiment], f"tags.mlflow.parentRunId = '{run.run_id}'", order_by=["start_time"])


def curve(client, run, metric: str) -> list[tuple[int, float]]:
    return [(point.step, point.value) for point in client.get_metric_history(run.run_id, metric)]


def test_a_stage_is_a_run_of_its_own_under_its_parent(run, client):
    for seed in (1, 2):
        with run.child(f"seed {seed}", {"seed": seed, "optimiser": {"rate": 0.1}}) as child:
            child.epoch({"loss": 1 / seed}, step=1)
    found = children(client, run)
    assert [(each.info.run_name, each.info.status) for each in found] == [
        ("seed 1", "FINISHED"),
        ("seed 2", "FINISHED"),
    ]
    assert [each.data.params for each in found] == [
        {"seed": "1", "optimiser.rate": "0.1"},
        {"seed": "2", "optimiser.rate": "0.1"},
    ]
    assert [each.data.metrics["loss"] for each in found] == [1.0, 0.5]
    assert "loss" not in client.get_run(run.run_id).data.metrics


@pytest.mark.parametrize(
    ("error", "status"), [(Stopped("no time"), "KILLED"), (KeyboardInterrupt(), "KILLED"), (ValueError("no"), "FAILED")]
)
def test_a_stage_that_ends_early_says_how_and_the_parent_goes_on(run, client, error, status):
    with pytest.raises(type(error)), run.child("stage") as child:
        raise error
    assert client.get_run(child.run_id).info.status == status
    assert client.get_run(run.run_id).info.status == "RUNNING"


def test_a_stopped_stage_goes_on_in_the_same_run_and_keeps_its_parameters(run, client):
    with pytest.raises(Stopped), run.child("trial", {"rate": 0.1}) as first:
        first.epoch({"loss": 0.9}, step=1)
        raise Stopped("out of time")
    with run.child("trial", {"rate": 0.1}, resume=first.run_id) as again:
        again.epoch({"loss": 0.5}, step=2)
    assert again.run_id == first.run_id
    found = client.get_run(first.run_id)
    assert (found.info.status, found.data.params, "error" in found.data.tags) == ("FINISHED", {"rate": "0.1"}, False)
    assert curve(client, first, "loss") == [(1, 0.9), (2, 0.5)]


@pytest.mark.parametrize("gone", ["deleted", "never there"])
def test_a_stage_whose_run_is_gone_starts_a_new_one(run, client, gone):
    with run.child("trial") as first:
        pass
    client.delete_run(first.run_id)
    with run.child("trial", {"rate": 0.1}, resume=first.run_id if gone == "deleted" else "0" * 32) as again:
        pass
    assert again.run_id not in (first.run_id, "0" * 32)
    assert client.get_run(again.run_id).data.params == {"rate": "0.1"}


def test_a_stopped_run_itself_goes_on(tracking, client):
    with pytest.raises(Stopped), training_run(tracking, "tests", "search", parameters={"seed": 1}, inputs={}) as first:
        raise Stopped("out of time")
    with training_run(tracking, "tests", "search", parameters={"seed": 2}, inputs={}, resume=first.run_id) as again:
        again.tags(state="done")
        again.describe("# Search\n\nTwo trials.")
    found = client.get_run(again.run_id)
    assert again.run_id == first.run_id
    assert (found.info.status, found.data.params) == ("FINISHED", {"seed": "1"})
    assert found.data.tags["state"] == "done"
    assert found.data.tags["mlflow.note.content"] == "# Search\n\nTwo trials."
