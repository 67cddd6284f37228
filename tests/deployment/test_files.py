"""Tests of the deployment's files: external tools check them, and every container has the restrictions we promise."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from council.response_cache.cache import MAX_REPEATED_LENGTH
from tests import external_tools, postgres
from tests.deployment import deployment_files, stack
from tests.deployment.deployment_files import SAMPLE_ENVIRONMENT
from tests.paths import ROOT

pytestmark = pytest.mark.browser
SERVICES = deployment_files.read_services()
RUNNING = sorted(set(SERVICES) - {"prepare"})
DEFAULT_SHARED_BUFFERS = 128  # megabytes, of PostgreSQL
# gixy looks for the header in nginx's file, and it is the site that sends it. It finds `try_files` slow, but ours are
# for requests that are refused.
GIXY_CHECKS_LEFT_OUT = "hsts_header,try_files_is_evil_too"


def find_tool(tool: str) -> str:
    return str(Path(sys.executable).parent / tool)


def run_compose_config(env: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    compose = external_tools.find_tool("docker-compose", (2, 24), ("version", "--short"))
    command = [compose, "--project-directory", str(ROOT), "--file", str(ROOT / "docker-compose.yml")]
    return subprocess.run(
        [*command, "--env-file", str(env), "config", *arguments], env={}, capture_output=True, text=True, check=False
    )


def write_env_file(folder: Path, values: dict[str, str]) -> Path:
    """Write a completed copy of .env.example and return its path."""
    text = (ROOT / ".env.example").read_text()
    for name, value in values.items():
        text, found = re.subn(rf"^{name}=$", f"{name}={value}", text, flags=re.MULTILINE)
        assert found == 1
    path = folder / ".env"
    path.write_text(text)
    return path


VALUES = {
    "ALLOWED_HOSTS": "agenda.example.eu,desk.example.eu",
    "EDITORS_HOST": "desk.example.eu",
    "SITE_CONTACT": "agendas@example.eu",
    "SECRET_KEY": "0123456789" * 5,
    "POSTGRES_PASSWORD": "'$p#a s'",
    "PUBLIC_ROLE_PASSWORD": "'$p#u b'",
    "EDITOR_ROLE_PASSWORD": "'$e#d t'",
}


class TestDockerfile:
    def test_hadolint_finds_no_fault(self) -> None:
        command = [find_tool("hadolint"), str(ROOT / "Dockerfile")]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        assert found.returncode == 0, found.stdout

    def test_image_runs_as_a_numbered_user_who_owns_nothing(self) -> None:
        final = deployment_files.read_stages()[-1]
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", dict(final)["USER"])
        assert not any("--chown" in rest for _name, rest in final)

    def test_packages_are_checked_by_hash_and_not_built(self) -> None:
        [install] = [rest for _name, rest in deployment_files.read_dockerfile() if " install " in f" {rest} "]
        for option in ("--no-deps", "--require-hashes", "--only-binary :all:", "-r requirements/base.lock"):
            assert option in install

    def test_only_copied_files_are_sent_to_the_builder(self) -> None:
        ignored, *let_through = [
            line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")
        ]
        assert ignored == "*"
        assert {line[1:] for line in let_through if line.startswith("!")} == set(deployment_files.read_copied_paths())

    def test_image_has_a_health_check(self) -> None:
        assert "/healthz" in dict(deployment_files.read_stages()[-1])["HEALTHCHECK"]


class TestCompose:
    def test_completed_example_is_valid(self, tmp_path: Path) -> None:
        done = run_compose_config(write_env_file(tmp_path, VALUES))
        assert done.returncode == 0, done.stderr
        assert "PGPASSWORD: $$p#a s" in done.stdout

    @pytest.mark.parametrize("missing", list(VALUES))
    def test_missing_variable_is_named_with_the_remedy(self, tmp_path: Path, missing: str) -> None:
        done = run_compose_config(write_env_file(tmp_path, VALUES | {missing: ""}))
        assert done.returncode != 0
        assert f"required variable {missing} is missing a value" in done.stderr
        assert ".env.example" in done.stderr

    @pytest.mark.parametrize("name", SERVICES)
    def test_images_have_fixed_tags(self, name: str) -> None:
        tag = SERVICES[name]["image"].rpartition(":")[2]
        assert tag == "local" or re.match(r"\d+(\.\d+)?-", tag)

    @pytest.mark.parametrize("name", SERVICES)
    def test_containers_have_few_rights(self, name: str) -> None:
        service = SERVICES[name]
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "privileged" not in service

    @pytest.mark.parametrize("name", RUNNING)
    def test_running_services_have_health_checks_and_restart(self, name: str) -> None:
        assert SERVICES[name]["healthcheck"]["test"]
        assert SERVICES[name]["restart"] == "unless-stopped"

    def test_web_processes_share_no_network(self) -> None:
        networks = {name for service in SERVICES.values() for name in service["networks"]}
        together = {
            network: {name for name in SERVICES if network in SERVICES[name]["networks"]} for network in networks
        }
        assert together == {
            "reading": {"connection-limit", "public", "dump"},
            "limited": {"database", "connection-limit"},
            "writing": {"database", "prepare", "editor", "mail"},
            "serving": {"public", "front"},
            "editing": {"editor", "front"},
            "sending": {"mail"},
            "outside": {"front"},
        }
        assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["front"]

    def test_database_lets_each_role_in_from_its_own_network(self) -> None:
        networks = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["networks"]
        subnets = {networks[name]["ipam"]["config"][0]["subnet"]: name for name in ("limited", "writing")}
        lines = (ROOT / "deploy/postgres/pg_hba.conf").read_text().splitlines()
        rules = [line.split() for line in lines if line and not line.startswith("#")]
        assert [(database, user, subnets.get(rest[0], rest[0])) for _type, database, user, *rest in rules] == [
            ("all", "postgres", "peer"),
            ("council", "council", "writing"),
            ("council", "council_editor", "writing"),
            ("council", "council_public", "limited"),
            ("council", "council", "127.0.0.1/32"),
        ]
        assert {rest[-1] for _type, _database, _user, *rest in rules[1:]} == {"scram-sha-256"}

    def test_queue_of_notifications_and_table_of_locks_are_large(self) -> None:
        """If the queue is half full, PostgreSQL warns, and locks it until the client has read that: `LISTEN` waits.

        With the usual table of locks, somebody with the password of a role fills it in seconds.
        """
        options = {"max_notify_queue_pages=2147483647", "track_commit_timestamp=on", "max_locks_per_transaction=1024"}
        assert options <= set(SERVICES["database"]["command"])

    def test_memory_of_the_database_is_enough_for_all_sessions_of_readers(self) -> None:
        """Otherwise PostgreSQL ends the sessions of everybody, again and again, if somebody has the public role."""
        database = SERVICES["database"]
        of_one = database["ulimits"]["data"]
        assert of_one == postgres.MAX_SESSION_MEMORY  # so that all tests know whether it is enough for the site
        connections = int(SERVICES["connection-limit"]["environment"]["READERS_CONNECTIONS"])
        [workers] = re.findall(r"max_worker_processes=(\d+)", " ".join(database["command"]))
        shared = 2**20 * (int(database["shm_size"].removesuffix("m")) + DEFAULT_SHARED_BUFFERS)
        of_editors = 2**20 * 400
        memory = 2**30 * int(database["mem_limit"].removesuffix("g"))
        assert (connections + int(workers)) * of_one + shared + of_editors < memory

    def test_every_thread_of_readers_has_a_connection(self) -> None:
        environment = SERVICES["public"]["environment"]
        threads = int(environment["GRANIAN_WORKERS"]) * int(environment["GRANIAN_BLOCKING_THREADS"])
        of_a_new_worker = int(environment["GRANIAN_BLOCKING_THREADS"])  # before the one that it replaces has ended
        of_the_dump = 2  # and of its health check
        most = int(SERVICES["connection-limit"]["environment"]["READERS_CONNECTIONS"])
        assert threads + of_a_new_worker + of_the_dump < most

    @pytest.mark.parametrize("name", ["public", "dump"])
    def test_public_process_only_knows_its_own_password(self, name: str) -> None:
        known_values = set(SERVICES[name]["environment"].values())
        assert known_values & set(SAMPLE_ENVIRONMENT.values()) == {
            SAMPLE_ENVIRONMENT["SITE_CONTACT"],
            SAMPLE_ENVIRONMENT["ALLOWED_HOSTS"],
            SAMPLE_ENVIRONMENT["PUBLIC_ROLE_PASSWORD"],
        }

    def test_only_nginx_and_the_editors_have_the_pictures(self) -> None:
        """Also those under embargo: somebody who takes over the readers' process must not list them."""
        mounts = {name: [str(mount) for mount in SERVICES[name].get("volumes", ())] for name in SERVICES}
        assert {name for name in mounts if "pictures:" in "".join(mounts[name])} == {"front", "editor"}

    def test_only_the_sender_knows_the_password_of_the_mail_server(self) -> None:
        environment = {"EMAIL_HOST_PASSWORD": "of-the-mail-server", "EMAIL_HOST": "mail.example.eu"}
        services = deployment_files.read_services(SAMPLE_ENVIRONMENT | environment)
        for name in SERVICES:
            known_values = set(services[name].get("environment", {}).values())
            assert ("of-the-mail-server" in known_values) == (name == "mail")
            assert ("mail.example.eu" in known_values) == (name in ("mail", "editor"))

    @pytest.mark.parametrize("name", ["prepare", "public", "editor", "mail", "dump"])
    def test_user_is_the_one_of_the_image(self, name: str) -> None:
        assert SERVICES[name]["user"] == dict(deployment_files.read_stages()[-1])["USER"]

    @pytest.mark.parametrize("name", ["public", "editor"])
    def test_compose_waits_longer_for_workers_than_granian(self, name: str) -> None:
        waits = int(
            deployment_files.read_image_environment(deployment_files.read_stages()[-1])["GRANIAN_WORKERS_KILL_TIMEOUT"]
        )
        assert stack.parse_seconds(SERVICES[name]["stop_grace_period"]) > waits


class TestConnectionLimit:
    def test_nginx_accepts_the_file(self, tmp_path: Path) -> None:
        ports = {name: external_tools.find_free_port() for name in ("database", "health")}
        command = stack.build_limit_command(tmp_path, socket=tmp_path / "socket", **ports)
        done = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "warn" not in done.stderr


class TestNginx:
    def test_nginx_accepts_the_file(self, tmp_path: Path) -> None:
        (tmp_path / "tls").mkdir()
        stack.create_certificate(tmp_path / "tls")
        ports = {
            name: external_tools.find_free_port()
            for name in ("public", "editor", "http", "https", "health", "pictures")
        }
        command = stack.build_nginx_command(stack.write_nginx_conf(tmp_path, ports))
        done = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "warn" not in done.stderr

    def test_no_answer_is_kept_for_a_time_that_comes_again(self) -> None:
        """If the clock is set back by an hour, answers from before must not be valid for an hour."""
        [key] = re.findall("proxy_cache_key (.+);", (ROOT / "deploy/nginx/nginx.conf.template").read_text())
        assert key.startswith('"$ten_seconds|')

    def test_clients_cannot_take_the_place_of_kept_answers(self) -> None:
        """If nginx cannot write an answer that it may keep, it drops the connection: then nobody gets a page."""
        text = (ROOT / "deploy/nginx/nginx.conf.template").read_text()
        mounts = (mount.partition(":") for mount in SERVICES["front"]["tmpfs"])
        sizes = {folder: int(rest.partition("size=")[2].removesuffix("m")) for folder, _colon, rest in mounts}
        folders = dict(re.findall(r"(client_body_temp|proxy_temp|proxy_cache)_path (\S+?)[ ;]", text))
        assert len({*folders.values()} & {*sizes}) == 3
        [kept] = re.findall(r"max_size=(\d+)m", text)
        assert sizes[folders["proxy_cache"]] >= 4 * int(kept)
        assert "inactive=3s" in text
        for zone, margin in (("requests", 3), ("requests_of_customers", 1.5)):
            [rate] = re.findall(rf"zone={zone}:10m rate=(\d+)r/s;", text)
            [burst] = re.findall(rf"zone={zone} burst=(\d+) nodelay;", text)
            of_one = (int(burst) + 6 * int(rate)) * MAX_REPEATED_LENGTH / 1_000_000
            assert sizes[folders["proxy_cache"]] > margin * of_one
        notes, pictures = (int(re.findall(rf"limit_conn {zone} (\d+);", text)[0]) for zone in ("editing", "uploads"))
        longest = [int(size) for size in re.findall(r"client_max_body_size (\d+)m", text)]
        assert sizes[folders["client_body_temp"]] > 2 * (notes * min(longest) + pictures * max(longest))

    def test_customers_are_limited_wherever_networks_are(self) -> None:
        """A place with a limit of its own has those of nobody else."""
        text = (ROOT / "deploy/nginx/nginx.conf.template").read_text()
        assert text.count("limit_conn connections 300;") == text.count("limit_conn customers 600;") > 1

    def test_gixy_finds_no_fault(self) -> None:
        conf = ROOT / "deploy/nginx/nginx.conf.template"
        done = subprocess.run(
            [find_tool("gixy"), "--skips", GIXY_CHECKS_LEFT_OUT, conf],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
