"""The lock files meet the requirements in pyproject.toml, and contain no addresses of package indexes."""

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


def read_lock(lock: str) -> str:
    return (ROOT / "requirements" / lock).read_text()


def read_pins(lock: str) -> dict[str, str]:
    return {canonicalize_name(found["name"]): found["version"] for found in PIN.finditer(read_lock(lock))}


@pytest.mark.parametrize(
    ("lock", "required"),
    [
        ("base.lock", PROJECT["project"]["dependencies"]),
        ("dev.lock", PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]),
    ],
)
def test_lock_file_meets_every_requirement(lock, required):
    pins = read_pins(lock)
    wanted = [Requirement(line) for line in required]
    unmet = [str(one) for one in wanted if not one.specifier.contains(pins.get(canonicalize_name(one.name), "0"))]
    assert unmet == [], "pyproject.toml was changed: run make lock"


def test_development_uses_production_versions():
    assert read_pins("base.lock").items() <= read_pins("dev.lock").items()


def test_psycopg_3_is_not_installed():
    # Django would use it instead of psycopg2 as soon as it can be imported.
    assert "psycopg" not in read_pins("dev.lock")


@pytest.mark.parametrize("lock", ["base.lock", "dev.lock"])
def test_lock_file_contains_no_url(lock):
    assert "://" not in read_lock(lock)
    assert "index-url" not in read_lock(lock)
