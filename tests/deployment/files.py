"""What the deployment's files say, read for the tests."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = """p@ss:/?#[]%&w ö'"\\d"""
SAMPLE = {  # as in .env
    "ALLOWED_HOSTS": "agenda.localhost, .press.example",
    "EDITORS_HOST": "desk.press.example",
    "SECRET_KEY": "a-secret-for-the-tests-of-more-than-fifty-letters-0123456789",
    "POSTGRES_PASSWORD": PASSWORD,
    "PUBLIC_ROLE_PASSWORD": f"public {PASSWORD}",
    "EDITOR_ROLE_PASSWORD": f"editor {PASSWORD}",
}
Instruction = tuple[str, str]


def dockerfile() -> list[Instruction]:
    """The Dockerfile's instructions, each with its arguments as one line."""
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.startswith("#")]
    logical = "\n".join(lines).replace("\\\n", " ").splitlines()
    return [(name, " ".join(rest.split())) for name, _space, rest in (line.partition(" ") for line in logical) if name]


def stages() -> list[list[Instruction]]:
    """The instructions of each stage, which begins with its FROM."""
    found: list[list[Instruction]] = []
    for instruction in dockerfile():
        if instruction[0] == "FROM":
            found.append([])
        found[-1].append(instruction)
    return found


def image_environment(stage: list[Instruction]) -> dict[str, str]:
    words = [word for name, rest in stage if name == "ENV" for word in rest.split()]
    return dict(word.split("=", 1) for word in words)


def image_command() -> list[str]:
    command: list[str] = json.loads(dict(stages()[-1])["CMD"])
    return command


def copied() -> dict[str, str]:
    """What the image gets of the checkout: source to target."""
    found = {}
    for name, rest in dockerfile():
        if name == "COPY" and "--from" not in rest:
            source, target = rest.split()
            found[source] = target
    return found


def copy_into(folder: Path) -> None:
    """Makes the folder what /app is in the image, before its commands are run."""
    for source, target in copied().items():
        there = ROOT / source
        if there.is_dir():
            shutil.copytree(there, folder / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (folder / target).mkdir(parents=True, exist_ok=True)
            shutil.copy2(there, folder / target)


def services(environment: dict[str, str] = SAMPLE) -> dict[str, Any]:
    """The services of docker-compose.yml with their variables filled in."""

    def filled(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: filled(value) for key, value in node.items()}
        if isinstance(node, list):
            return [filled(value) for value in node]
        if isinstance(node, str):
            return re.sub(
                r"\$\{(\w+)(?::?([-?])([^}]*))?\}",
                lambda found: environment[found[1]] if found[2] != "-" else environment.get(found[1], found[3]),
                node,
            )
        return node

    found: dict[str, Any] = filled(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))["services"]
    return found
