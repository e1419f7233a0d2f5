"""deploy/compose.yaml: docker-compose itself reads it; each of our services is shut in and says what camdesk knows."""

import argparse
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from camdesk.config import environment
from camdesk.config.cli import COMMANDS
from tests.engines import Missing
from tests.faults import dockerfile
from tests.faults.doors import ROOT
from tests.faults.own_machine import Machine

pytestmark = pytest.mark.fault
COMPOSE = ROOT / "deploy" / "compose.yaml"
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text())["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "camdesk"]
TOLD = "SITE=support.company.ru\nSECRET_KEY=0123456789abcdef0123456789abcdef\nDATABASE_PASSWORD=a1\nSTORE_PASSWORD=b2\n"


@pytest.fixture
def machine(tmp_path) -> Iterator[Machine]:
    try:
        with Machine(tmp_path / "machine") as machine:
            yield machine
    except Missing as missing:
        pytest.skip(f"no machine of its own: {missing}")


def test_docker_compose_reads_it_and_wants_what_only_the_operator_knows(machine: Machine) -> None:
    machine.does("apt-get update && apt-get install -y --no-install-recommends docker-compose", cwd=ROOT, online=True)
    (machine.root / "tmp" / "told").write_text(TOLD)
    read = machine.does(f"docker-compose -f {COMPOSE} --env-file /tmp/told config", cwd=Path("/tmp"))
    whole = yaml.safe_load(read)
    assert set(whole["services"]) == set(SERVICES)
    assert whole["services"]["web1"]["environment"]["CAMDESK_URL"] == "https://support.company.ru"
    for name in ("SITE", "SECRET_KEY", "DATABASE_PASSWORD", "STORE_PASSWORD"):
        (machine.root / "tmp" / "told").write_text(TOLD.replace(f"{name}=", f"OTHER_{name}="))
        with pytest.raises(AssertionError, match=name):
            machine.does(f"docker-compose -f {COMPOSE} --env-file /tmp/told config", cwd=Path("/tmp"))


@pytest.mark.parametrize("name", OURS)
def test_each_of_our_processes_is_shut_in(name: str) -> None:
    service = SERVICES[name]
    [volume] = dockerfile.read((ROOT / "deploy" / "Dockerfile").read_text())[-1].said("VOLUME")
    assert (service["read_only"], service["cap_drop"], service["tmpfs"]) == (True, ["ALL"], ["/tmp"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["volumes"] == [f"data:{volume}"]
    assert "ports" not in service, "only the proxy is reached from outside"


@pytest.mark.parametrize("name", OURS)
def test_each_command_is_one_and_each_setting_too(name: str, monkeypatch) -> None:
    service = SERVICES[name]
    command, *words = service["command"]
    module = importlib.import_module(COMMANDS[command].module)
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    args = parser.parse_args(words)
    if command != "prepare":  # where its health is asked, and where the proxy looks
        assert (args.host, args.port) == ("0.0.0.0", 8000)  # noqa: S104
    for setting in service["environment"]:
        monkeypatch.setenv(setting, "x")
    assert [said for said in environment.unknown_outside() if said.split()[0] in service["environment"]] == []


def test_there_are_two_of_each_and_the_proxy_knows_them() -> None:
    said = SERVICES["proxy"]["environment"]
    assert said["WEB"].split() == ["web1:8000", "web2:8000"]
    assert said["LIVE"].split() == ["live1:8000", "live2:8000"]
    assert {name.rstrip("12") for name in OURS} == {"prepare", "web", "live", "work"}
    assert len(OURS) == 7
