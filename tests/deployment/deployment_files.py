"""Read the files of the deployment for the tests."""

import json
import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.paths import ROOT

PASSWORD = """p@ss:/?#[]%&w ö'"\\d"""
SAMPLE_ENVIRONMENT = {  # as in .env
    "ALLOWED_HOSTS": "agenda.localhost, .press.example",
    "EDITORS_HOST": "desk.press.example",
    "SITE_CONTACT": "agendas@press.example",
    "SECRET_KEY": "a-secret-for-the-tests-of-more-than-fifty-letters-0123456789",
    "POSTGRES_PASSWORD": PASSWORD,
    "PUBLIC_ROLE_PASSWORD": f"public {PASSWORD}",
    "EDITOR_ROLE_PASSWORD": f"editor {PASSWORD}",
}
Instruction = tuple[str, str]


def read_dockerfile() -> list[Instruction]:
    """Return the Dockerfile's instructions, each with its arguments on one line."""
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.startswith("#")]
    logical = "\n".join(lines).replace("\\\n", " ").splitlines()
    return [(name, " ".join(rest.split())) for name, _space, rest in (line.partition(" ") for line in logical) if name]


def read_stages() -> list[list[Instruction]]:
    """Return the instructions of each stage. A stage begins with its FROM."""
    found: list[list[Instruction]] = []
    for instruction in read_dockerfile():
        if instruction[0] == "FROM":
            found.append([])
        found[-1].append(instruction)
    return found


def read_image_environment(stage: list[Instruction]) -> dict[str, str]:
    words = [word for name, rest in stage if name == "ENV" for word in rest.split()]
    return dict(word.split("=", 1) for word in words)


def read_image_command() -> list[str]:
    command: list[str] = json.loads(dict(read_stages()[-1])["CMD"])
    return command


def read_copied_paths() -> dict[str, str]:
    """Return the paths that are copied from the checkout into the image, as source and target."""
    found = {}
    for name, rest in read_dockerfile():
        if name == "COPY" and "--from" not in rest:
            source, target = rest.split()
            found[source] = target
    return found


def copy_image_files(folder: Path) -> None:
    """Copy into the folder what the image has in /app before its commands are run, and also the compiled modules."""
    for source, target in read_copied_paths().items():
        original = ROOT / source
        if original.is_dir():
            shutil.copytree(original, folder / target)
        else:
            (folder / target).mkdir(parents=True, exist_ok=True)
            shutil.copy2(original, folder / target)


@cache
def read_compose_file() -> Any:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def read_services(environment: dict[str, str] = SAMPLE_ENVIRONMENT) -> dict[str, Any]:
    """Return the services of docker-compose.yml with their variables replaced."""

    def fill_in(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: fill_in(value) for key, value in node.items()}
        if isinstance(node, list):
            return [fill_in(value) for value in node]
        if isinstance(node, str):
            return re.sub(
                r"\$\{(\w+)(?::?([-?])([^}]*))?\}",
                lambda found: environment[found[1]] if found[2] != "-" else environment.get(found[1], found[3]),
                node,
            )
        return node

    found: dict[str, Any] = fill_in(read_compose_file())["services"]
    return found
