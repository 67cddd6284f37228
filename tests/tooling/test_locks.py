"""The locks hold what pyproject.toml asks for, and nothing that tells of the place they were made in."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PIN = re.compile(r"^(?P<name>[a-z0-9._-]+)==(?P<version>[^ ;\\]+)", re.MULTILINE)

pytestmark = pytest.mark.sqlite


def text_of(lock: str) -> str:
    return (ROOT / "requirements" / lock).read_text()


def pins_of(lock: str) -> dict[str, str]:
    return {canonicalize_name(found["name"]): found["version"] for found in PIN.finditer(text_of(lock))}


@pytest.mark.parametrize(
    ("lock", "required"),
    [
        ("base.lock", PROJECT["project"]["dependencies"]),
        ("dev.lock", PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]),
    ],
)
def test_a_lock_answers_every_requirement(lock, required):
    pins = pins_of(lock)
    wanted = [Requirement(line) for line in required]
    unmet = [str(one) for one in wanted if not one.specifier.contains(pins.get(canonicalize_name(one.name), "0"))]
    assert unmet == [], "pyproject.toml was changed: run make lock"


def test_development_has_the_same_versions_as_production():
    assert pins_of("base.lock").items() <= pins_of("dev.lock").items()


def test_psycopg_3_stays_out():
    # Django would use it instead of psycopg2 as soon as it can be imported.
    assert "psycopg" not in pins_of("dev.lock")


@pytest.mark.parametrize("lock", ["base.lock", "dev.lock"])
def test_a_lock_names_no_address(lock):
    assert "://" not in text_of(lock)
    assert "index-url" not in text_of(lock)
