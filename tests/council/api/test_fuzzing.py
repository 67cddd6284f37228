"""Test a live server with schemathesis, as the public role, with requests that the description allows and others.

It compares answers with the description. By default it is short; `make api-fuzz EXAMPLES=200` takes longer.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from meetings.api.description import build_description
from tests.atomicity.web_process import Web
from tests.council.api.september_2017 import publish_september_2017
from tests.paths import ROOT
from tests.sqlite_file import copy_database

EXAMPLES = os.environ.get("EXAMPLES", "")
SHORT = ["--max-examples", "6", "--phases", "examples,fuzzing", "--no-shrink"]
LONG = ["--max-examples", EXAMPLES, "--phases", "examples,coverage,fuzzing,stateful"]


@pytest.fixture
def server(committed: None, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Web]:
    publish_september_2017()
    if connection.vendor == "postgresql":
        roles = request.getfixturevalue("roles")
        url = roles.url(roles.public)
    else:
        url = f"sqlite:///{copy_database(tmp_path / 'db.sqlite3')}"
    web = Web(url, tmp_path)
    try:
        yield web
    finally:
        web.kill()


def run_schemathesis(
    server: Web, described: dict[str, Any], folder: Path, *more: str
) -> subprocess.CompletedProcess[str]:
    (folder / "description.json").write_text(json.dumps(described))
    command = [str(Path(sys.executable).parent / "schemathesis"), "run", "description.json", "--url", server.address]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.council.api.schemathesis_hooks", "PYTHONPATH": str(ROOT)}
    command += ["--checks", "all", "--seed", "1", "--no-color", *(LONG if EXAMPLES else SHORT), *more]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def make_disjoint(described: dict[str, Any]) -> dict[str, Any]:
    """Return the description, changed so that a full answer does not match the schema for `fields`."""
    schemas = described["components"]["schemas"]
    for methods in described["paths"].values():
        for content in methods["get"]["responses"]["200"].get("content", {}).values():
            forms = content["schema"].get("anyOf", [])
            if len(forms) < 2:
                continue
            whole = schemas[forms[0]["$ref"].rsplit("/", 1)[1]]
            some = {"type": "object", "not": {"required": whole["required"]}}
            if "next" in whole["properties"]:
                entry = schemas[whole["properties"]["results"]["items"]["$ref"].rsplit("/", 1)[1]]
                items = {"type": "object", "not": {"required": entry["required"]}}
                results = {"type": "array", "minItems": 1, "items": items}
                some = whole | {"properties": whole["properties"] | {"results": results}}
            content["schema"] = {"anyOf": [forms[0], some]}
    return described


def test_schemathesis_finds_no_faults(server: Web, tmp_path: Path) -> None:
    described = make_disjoint(json.loads(build_description()))
    del described["paths"]["/api/v1/dump/"]  # nothing writes the dump here, so it is a 503
    result = run_schemathesis(server, described, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Warnings" not in result.stdout, result.stdout


@pytest.mark.once
@pytest.mark.skipif(bool(EXAMPLES), reason="the short slice has to find it")
def test_schemathesis_finds_a_wrong_answer(server: Web, tmp_path: Path) -> None:
    described = make_disjoint(json.loads(build_description()))
    described["components"]["schemas"]["Meeting"]["properties"]["edition"]["minimum"] = 2
    result = run_schemathesis(server, described, tmp_path, "--include-tag", "Meetings")
    assert result.returncode == 1
    assert "GET /api/v1/meetings/{id}/" in result.stdout
    assert "GET /api/v1/meetings/\n" in result.stdout.replace(" _", "\n")
    assert "Response violates schema" in result.stdout
