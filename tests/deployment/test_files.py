"""The deployment's files, judged by tools that nobody here wrote, and held to what we promise of every container."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import outside
from tests.deployment import files, stack
from tests.deployment.files import ROOT, SAMPLE

pytestmark = pytest.mark.browser
SERVICES = files.services()
RUNNING = sorted(set(SERVICES) - {"prepare"})
# gixy looks for the header in nginx's file, and it is the site that sends it
LEFT_TO_THE_SITE = "hsts_header"


def in_environment(tool: str) -> str:
    return str(Path(sys.executable).parent / tool)


def compose_config(env: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    compose = outside.tool("docker-compose", (2, 24), ("version", "--short"))
    command = [compose, "--project-directory", str(ROOT), "--file", str(ROOT / "docker-compose.yml")]
    return subprocess.run(
        [*command, "--env-file", str(env), "config", *arguments], env={}, capture_output=True, text=True, check=False
    )


def env_file(folder: Path, values: dict[str, str]) -> Path:
    """A copy of .env.example, filled in."""
    text = (ROOT / ".env.example").read_text()
    for name, value in values.items():
        text, found = re.subn(rf"^{name}=$", f"{name}={value}", text, flags=re.MULTILINE)
        assert found == 1
    path = folder / ".env"
    path.write_text(text)
    return path


VALUES = {
    "ALLOWED_HOSTS": "agenda.example.eu",
    "SECRET_KEY": "x" * 50,
    "POSTGRES_PASSWORD": "'$p#a s'",
    "PUBLIC_ROLE_PASSWORD": "'$p#u b'",
    "EDITOR_ROLE_PASSWORD": "'$e#d t'",
}


class TestDockerfile:
    def test_hadolint_finds_nothing(self) -> None:
        command = [in_environment("hadolint"), str(ROOT / "Dockerfile")]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        assert found.returncode == 0, found.stdout

    def test_it_runs_as_a_user_by_number_who_owns_nothing(self) -> None:
        final = files.stages()[-1]
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", dict(final)["USER"])
        assert not any("--chown" in rest for _name, rest in final)

    def test_each_package_is_checked_against_its_hash_and_none_is_built(self) -> None:
        [install] = [rest for _name, rest in files.dockerfile() if " install " in f" {rest} "]
        for option in ("--no-deps", "--require-hashes", "--only-binary :all:", "-r requirements/base.lock"):
            assert option in install

    def test_only_what_it_copies_is_sent_to_the_builder(self) -> None:
        ignored, *let_through = [
            line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")
        ]
        assert ignored == "*"
        assert {line[1:] for line in let_through if line.startswith("!")} == set(files.copied())

    def test_it_can_be_asked_for_its_health(self) -> None:
        assert "/healthz" in dict(files.stages()[-1])["HEALTHCHECK"]


class TestCompose:
    def test_the_example_filled_in_is_valid(self, tmp_path: Path) -> None:
        done = compose_config(env_file(tmp_path, VALUES))
        assert done.returncode == 0, done.stderr
        assert "PGPASSWORD: $$p#a s" in done.stdout

    @pytest.mark.parametrize("missing", list(VALUES))
    def test_what_is_missing_is_named_with_the_remedy(self, tmp_path: Path, missing: str) -> None:
        done = compose_config(env_file(tmp_path, VALUES | {missing: ""}))
        assert done.returncode != 0
        assert f"required variable {missing} is missing a value" in done.stderr
        assert ".env.example" in done.stderr

    @pytest.mark.parametrize("name", SERVICES)
    def test_an_image_has_a_tag_that_stays(self, name: str) -> None:
        tag = SERVICES[name]["image"].rpartition(":")[2]
        assert tag == "local" or re.match(r"\d+(\.\d+)?-", tag)

    @pytest.mark.parametrize("name", SERVICES)
    def test_a_container_can_do_little(self, name: str) -> None:
        service = SERVICES[name]
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "privileged" not in service

    @pytest.mark.parametrize("name", RUNNING)
    def test_what_keeps_running_is_health_checked_and_started_again(self, name: str) -> None:
        assert SERVICES[name]["healthcheck"]["test"]
        assert SERVICES[name]["restart"] == "unless-stopped"

    def test_who_shares_a_network(self) -> None:
        networks = {name for service in SERVICES.values() for name in service["networks"]}
        together = {
            network: {name for name in SERVICES if network in SERVICES[name]["networks"]} for network in networks
        }
        assert together == {
            "reading": {"database", "public"},
            "writing": {"database", "prepare", "editor"},
            "serving": {"public", "front"},
            "editing": {"editor", "front"},
            "outside": {"front"},
        }
        assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["front"]

    def test_the_readers_process_knows_no_secret_but_its_own_password(self) -> None:
        told = set(SERVICES["public"]["environment"].values())
        assert told & set(SAMPLE.values()) == {SAMPLE["ALLOWED_HOSTS"], SAMPLE["PUBLIC_ROLE_PASSWORD"]}

    @pytest.mark.parametrize("name", ["prepare", "public", "editor"])
    def test_the_user_is_the_images_own(self, name: str) -> None:
        assert SERVICES[name]["user"] == dict(files.stages()[-1])["USER"]

    @pytest.mark.parametrize("name", ["public", "editor"])
    def test_it_waits_for_workers_longer_than_granian_does(self, name: str) -> None:
        waits = int(files.image_environment(files.stages()[-1])["GRANIAN_WORKERS_KILL_TIMEOUT"])
        assert stack.seconds(SERVICES[name]["stop_grace_period"]) > waits


class TestNginx:
    def test_it_takes_the_file(self, tmp_path: Path) -> None:
        (tmp_path / "tls").mkdir()
        stack.certificate(tmp_path / "tls")
        ports = {name: outside.free_port() for name in ("public", "editor", "http", "https", "health")}
        command = stack.nginx_command(stack.nginx_conf(tmp_path, ports))
        done = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "warn" not in done.stderr

    def test_gixy_finds_nothing(self) -> None:
        conf = ROOT / "deploy/nginx/nginx.conf.template"
        done = subprocess.run(
            [in_environment("gixy"), "--skips", LEFT_TO_THE_SITE, conf], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
