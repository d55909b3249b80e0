import json
from io import StringIO
from pathlib import Path

import polars as pl
import pytest
from matplotlib.figure import Figure

from ecrec_assets.track.runs import TrainingRun, training_run
from ecrec_assets.track.tracking import TrackingError
from tests.track.conftest import evaluation


def artifact(client, run: TrainingRun, path: str) -> str:
    return Path(client.download_artifacts(run.run_id, path)).read_text(encoding="utf-8")


def test_parameters_inputs_and_tags_of_a_finished_run_are_seen_by_the_client(tracking, client):
    with training_run(
        tracking,
        "recommender",
        "ease",
        parameters={"lambda": 250.0, "window": {"weeks": 48}},
        inputs={"datasets/transactions": 7, "datasets/products": 3},
        schemas={"datasets/products": {"product_id": pl.Int64(), "tags": pl.List(pl.String())}},
        tags={"dagster_run": "abc"},
    ) as run:
        pass
    found = client.get_run(run.run_id)
    assert (found.info.status, found.info.run_name) == ("FINISHED", "ease")
    assert found.data.params == {"lambda": "250.0", "window.weeks": "48"}
    assert found.data.tags["dagster_run"] == "abc"
    datasets = {item.dataset.name: item.dataset for item in found.inputs.dataset_inputs}
    assert {name: dataset.digest for name, dataset in datasets.items()} == {
        "datasets/products": "datasets/products@3",
        "datasets/transactions": "datasets/transactions@7",
    }
    columns = json.loads(datasets["datasets/products"].schema)["mlflow_colspec"]
    assert [(column["name"], column["type"]) for column in columns] == [("product_id", "long"), ("tags", "array")]


def test_the_runs_page_can_be_opened_from_its_address(tracking, run, client):
    experiment = client.get_run(run.run_id).info.experiment_id
    assert run.url == f"http://127.0.0.1:5000/#/experiments/{experiment}/runs/{run.run_id}"


def test_a_long_parameter_is_kept_whole_in_the_artifact(tracking, client):
    long = "x" * 7_000
    with training_run(tracking, "tests", "long", parameters={"prompt": long}, inputs={}) as run:
        pass
    assert client.get_run(run.run_id).data.params == {"prompt": "see parameters.json"}
    assert json.loads(artifact(client, run, "parameters.json")) == {"prompt": long}


def test_more_parameters_than_one_request_takes_are_all_logged(tracking, client):
    with training_run(tracking, "tests", "many", parameters={f"p{i}": i for i in range(250)}, inputs={}) as run:
        pass
    assert len(client.get_run(run.run_id).data.params) == 250


def test_epochs_make_a_curve(client, run):
    for step, loss in enumerate((0.9, 0.5, 0.4)):
        run.epoch({"loss": loss}, step)
    history = client.get_metric_history(run.run_id, "loss")
    assert [(point.step, point.value) for point in history] == [(0, 0.9), (1, 0.5), (2, 0.4)]


def test_a_short_run_has_system_metrics(tracking, client):
    with training_run(tracking, "tests", "short", parameters={}, inputs={}) as run:
        pass
    metrics = client.get_run(run.run_id).data.metrics
    assert 0 <= metrics["system/cpu_utilization_percentage"] <= 100
    assert metrics["system/system_memory_usage_megabytes"] > 10


def test_final_figures_become_metrics_and_a_table(client, run, figures):
    run.metrics(figures)
    metrics = client.get_run(run.run_id).data.metrics
    assert (metrics["test/span_f1"], metrics["test/type/Item/span_f1"]) == (0.9, 0.8)
    assert pl.read_csv(StringIO(artifact(client, run, "tables/metrics.csv"))).equals(figures)


def test_more_figures_than_one_request_takes_are_all_logged(client, run):
    run.metrics(evaluation([("test", "department", f"d{i}", "ndcg", i / 2_500) for i in range(2_500)]))
    metrics = client.get_run(run.run_id).data.metrics
    assert metrics["test/department/d2499/ndcg"] == 2499 / 2_500
    assert sum(name.startswith("test/") for name in metrics) == 2_500


def test_final_figures_also_belong_to_the_model_of_the_run_even_after_it_ended(tracking, client, logged, figures):
    with training_run(tracking, "tests", "evaluated later", parameters={}, inputs={}) as run:
        model = logged(run)
    TrainingRun(tracking, run.run_id).metrics(figures)
    found = {metric.key: metric.value for metric in client.get_logged_model(model.model_id).metrics}
    assert found == {"test/span_f1": 0.9, "test/type/Item/span_f1": 0.8}


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf"), None])
def test_a_figure_that_is_not_finite_is_refused_by_name_and_nothing_is_logged(client, run, bad):
    frame = evaluation([("test", "all", "all", "auc", 0.7), ("test", "all", "all", "ndcg", bad)])
    with pytest.raises(TrackingError, match=rf"1 of 2 metrics .*test/ndcg = {bad}"):
        run.metrics(frame)
    assert "test/auc" not in client.get_run(run.run_id).data.metrics


def test_a_loss_that_is_not_finite_is_refused(run):
    with pytest.raises(TrackingError, match="loss = nan"):
        run.epoch({"loss": float("nan")}, 3)


@pytest.mark.parametrize(
    ("error", "status"), [(RuntimeError("out of luck"), "FAILED"), (KeyboardInterrupt("ctrl-c"), "KILLED")]
)
def test_a_run_that_breaks_says_how_and_lets_the_error_through(tracking, client, error, status):
    with (
        pytest.raises(type(error), match=str(error)),
        training_run(tracking, "tests", "broken", parameters={}, inputs={}) as run,
    ):
        raise error
    found = client.get_run(run.run_id)
    assert found.info.status == status
    assert found.data.tags["error"] == f"{type(error).__name__}: {error}"


def test_a_figure_and_tables_are_artifacts(client, run):
    figure = Figure()
    figure.subplots().plot([1, 2])
    run.figure("loss", figure)
    run.table("plain", pl.DataFrame({"a": [1, 2], "b": ["x, y", None]}))
    run.table("nested", pl.DataFrame({"tokens": [["2%", "milk"]]}))
    assert Path(client.download_artifacts(run.run_id, "figures/loss.png")).read_bytes().startswith(b"\x89PNG")
    assert artifact(client, run, "tables/plain.csv") == 'a,b\n1,"x, y"\n2,\n'
    assert json.loads(artifact(client, run, "tables/nested.json")) == [{"tokens": ["2%", "milk"]}]
