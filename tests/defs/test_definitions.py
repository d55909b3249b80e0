"""The graph is a document: a change of it has to be meant."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from ecrec_assets.components.catalogue import contracts
from ecrec_assets.definitions import loaded

SNAPSHOT = Path(__file__).with_name("graph.json")
JOBS = ("collect_weeks", "refresh")
PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def graph() -> Any:
    return loaded().resolve_asset_graph()


def described(graph: Any) -> dict[str, object]:
    """Key -> group, owners, kinds, what it reads, number of checks."""
    nodes = sorted(graph.asset_nodes, key=lambda node: node.key.path)
    return {
        node.key.to_user_string(): {
            "group": node.group_name,
            "owners": list(node.owners),
            "kinds": sorted(node.kinds),
            "reads": sorted(parent.to_user_string() for parent in node.parent_keys),
            "checks": len(node.check_keys),
            "partitioned": node.partitions_def is not None,
        }
        for node in nodes
    }


def test_the_graph_is_the_one_that_was_meant(graph: Any, request: pytest.FixtureRequest) -> None:
    found = described(graph)
    if request.config.getoption("--update-graph"):
        SNAPSHOT.write_text(json.dumps(found, indent=1) + "\n")
    assert found == json.loads(SNAPSHOT.read_text()), "meant? then run pytest tests/defs --update-graph"


def test_every_contract_guards_an_asset(graph: Any) -> None:
    keys = {"/".join(node.key.path) for node in graph.asset_nodes}
    assert set(contracts()) <= keys


def test_every_rule_is_an_asset_check_and_critical_ones_block(graph: Any) -> None:
    for contract in contracts().values():
        node = graph.get(dg.AssetKey(contract.key.split("/")))
        specs = {spec.name: spec for spec in node.assets_def.check_specs}
        for rule in contract.rules:
            blocking = rule.severity == "critical" and rule.on_fail != "warn"
            assert specs[rule.name].blocking is blocking, f"{contract.key}: {rule.name}"


def test_every_asset_says_whose_it_is_and_what_it_holds(graph: Any) -> None:
    for node in graph.asset_nodes:
        assert node.owners, node.key
        assert node.description and len(node.description) > 20, node.key
        assert "all_deps_blocking_checks_passed" in str(node.automation_condition), node.key


def test_every_asset_is_in_exactly_one_job() -> None:
    definitions = loaded()
    jobs = [
        definitions.resolve_job_def(name).asset_layer.executable_asset_keys for name in ("collect_weeks", "refresh")
    ]
    assert not set(jobs[0]) & set(jobs[1])
    assert set(jobs[0]) | set(jobs[1]) == set(definitions.resolve_asset_graph().executable_asset_keys)


def test_schedules_and_sensor_are_there() -> None:
    repository = loaded().get_repository_def()
    assert {schedule.name for schedule in repository.schedule_defs} == {"newest_week_daily", "refresh_daily"}
    assert "landing_folder" in {sensor.name for sensor in repository.sensor_defs}


def test_loading_the_code_location_imports_nothing_heavy() -> None:
    code = (
        "import sys; from ecrec_assets.definitions import loaded; loaded().resolve_asset_graph();"
        "print([m for m in ('great_expectations', 'torch', 'transformers', 'mlflow', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, cwd=PROJECT)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [("dagster", "definitions", "validate", "-w", "workspace.yaml"), ("dg", "check", "defs")],
    ids=["dagster", "dg"],
)
def test_both_of_dagsters_tools_load_the_code_location(command: tuple[str, ...], tmp_path: Path) -> None:
    tool = Path(sys.executable).parent / command[0]
    environment = {"PATH": f"{tool.parent}:/usr/bin:/bin", "DAGSTER_HOME": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run([str(tool), *command[1:]], capture_output=True, text=True, cwd=PROJECT, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
