import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest
import yaml

from ecrec_assets.components import instance
from tests.deploy.compose import FILE, PROJECT, MissingVariable, load

PASSWORD = "a'b$c@d:e/f"
OURS = ("mlflow", "code", "webserver", "daemon", "reports")


@pytest.fixture(scope="module")
def services():
    return load({"ECREC_POSTGRES_PASSWORD": PASSWORD})["services"]


def docker_compose(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = ["docker", "compose", "--file", str(FILE), "--env-file", "/dev/null", *arguments]
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(Path.home()), **environment}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def has_compose() -> bool:
    return shutil.which("docker") is not None and docker_compose("version").returncode == 0


with_compose = pytest.mark.skipif(not has_compose(), reason="the docker client has no compose plugin")


@with_compose
def test_compose_itself_accepts_the_file():
    done = docker_compose("config", "--quiet", ECREC_POSTGRES_PASSWORD="secret")
    assert (done.returncode, done.stderr) == (0, "")


@with_compose
def test_compose_itself_refuses_to_start_without_a_password():
    done = docker_compose("config", "--quiet")
    assert done.returncode != 0
    assert "ECREC_POSTGRES_PASSWORD" in done.stderr


@pytest.mark.parametrize("environment", [{}, {"ECREC_POSTGRES_PASSWORD": ""}])
def test_without_a_password_the_error_names_the_variable_and_says_what_to_do(environment):
    with pytest.raises(MissingVariable, match="ECREC_POSTGRES_PASSWORD is missing a value: set it in the environment"):
        load(environment)


def test_no_password_stands_in_a_file_and_none_has_a_default():
    for path in [FILE, *(PROJECT / "deploy").glob("*.*")]:
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.search(r"password\w*\s*[:=]", line, re.IGNORECASE) and not line.lstrip().startswith("#"):
                assert "${ECREC_POSTGRES_PASSWORD:?" in line or "{env: ECREC_POSTGRES_PASSWORD}" in line, (path, line)


def test_the_password_is_in_no_command_that_others_on_the_machine_can_list(services):
    for service in services.values():
        assert PASSWORD not in str(service.get("command", "")) + str(service["healthcheck"]["test"])


def test_every_published_port_is_open_on_this_machine_only(services):
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published == {
        "mlflow": ["127.0.0.1:5000:5000"],
        "webserver": ["127.0.0.1:3000:3000"],
        "reports": ["127.0.0.1:8090:8090"],
    }


def test_every_service_is_watched_restarted_and_without_rights(services):
    for name, service in services.items():
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"][0] == "CMD", name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["user"] not in ("", "root", "0", "0:0"), name
        assert not {"privileged", "network_mode", "pid", "cap_add", "devices"} & set(service), name


def test_the_user_of_the_services_is_the_one_that_the_image_makes(services):
    recipe = (PROJECT / "deploy" / "Dockerfile").read_text()
    assert {services[name]["user"] for name in OURS} == {"10001:10001"}
    assert "useradd --uid 10001" in recipe
    assert recipe.rstrip().endswith("USER 10001:10001")


def test_a_service_waits_for_services_that_can_become_healthy(services):
    for service in services.values():
        for other, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}
            assert "healthcheck" in services[other]


def test_every_volume_is_declared_and_every_mounted_file_exists(services):
    declared = set(load({"ECREC_POSTGRES_PASSWORD": "x"})["volumes"])
    for service in services.values():
        for mount in service["volumes"]:
            source = mount.split(":")[0]
            assert (PROJECT / source).is_file() if source.startswith(".") else source in declared, mount


def test_the_image_copies_what_exists_and_its_ignore_file_lets_it_through():
    recipe = (PROJECT / "deploy" / "Dockerfile").read_text()
    allowed = (PROJECT / "deploy" / "Dockerfile.dockerignore").read_text().splitlines()
    copied = [source for line in re.findall(r"^COPY (.+)$", recipe, re.MULTILINE) for source in line.split()[:-1]]
    assert {"pyproject.toml", "constraints.txt", "ecrec_assets", "expectations", "deploy"} <= set(copied)
    for source in copied:
        assert (PROJECT / source).exists(), source
        assert f"!{source.split('/')[0]}" in allowed, source


def test_telemetry_is_off_everywhere(services):
    for name in ("mlflow", "code", "webserver", "daemon"):
        environment = services[name]["environment"]
        assert (environment["MLFLOW_DISABLE_TELEMETRY"], environment["DO_NOT_TRACK"]) == ("true", "true")
    for name in ("code", "webserver", "daemon"):
        assert services[name]["environment"]["GX_ANALYTICS_ENABLED"] == "false"
    assert dagster_yaml()["telemetry"] == {"enabled": False}


def test_the_services_and_the_embedded_instance_run_by_the_same_rules():
    embedded = yaml.safe_load(instance.SETTINGS)
    del embedded["code_servers"]  # there the code location is a service of its own
    assert {name: dagster_yaml().get(name) for name in embedded} == embedded


@pytest.mark.parametrize("name", ["code", "webserver", "daemon"])  # MLflow's takes 6 s to read; see test_postgres.py
def test_every_command_is_one_that_the_program_understands(services, name):
    program, *arguments = (word.replace("/opt/ecrec", str(PROJECT)) for word in services[name]["command"])
    understood(command_of(program), arguments)


def dagster_yaml() -> dict:
    return yaml.safe_load((PROJECT / "deploy" / "dagster.yaml").read_text())


def command_of(program: str) -> click.Command:
    from dagster._cli import create_dagster_cli
    from dagster._daemon.cli import create_dagster_daemon_cli
    from dagster_webserver.cli import dagster_webserver

    return {
        "dagster": create_dagster_cli(),
        "dagster-daemon": create_dagster_daemon_cli(),
        "dagster-webserver": dagster_webserver,
    }[program]


def understood(command: click.Command, arguments: list[str]) -> None:
    """Parses without running anything; click raises UsageError for an option that does not exist."""
    while isinstance(command, click.Group):
        _, command, arguments = command.resolve_command(click.Context(command), arguments)
    with command.make_context(command.name, list(arguments)) as context:
        assert not context.args
