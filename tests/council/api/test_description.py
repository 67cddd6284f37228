"""Test the OpenAPI description: it is valid and complete, and answers match it."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from openapi_spec_validator import OpenAPIV31SpecValidator

from meetings.api.client_description import build_whole_answers_description
from meetings.api.description import build_description, require_all_members
from meetings.documents.members import get_members
from meetings.documents.schema import SHAPES
from tests.council.api.published_samples import ADDRESSES
from tests.factories import make_meeting, make_uuid, publish_now, withdraw
from tests.paths import ROOT
from tests.public_requests import Visitor

DETAILS = {
    "/api/v1/meetings/{id}/": ADDRESSES["meeting"],
    "/api/v1/topics/{id}/": ADDRESSES["topic"],
    "/api/v1/agenda-items/{id}/": ADDRESSES["agenda-item"],
    "/api/v1/programme/{id}/": ADDRESSES["programme-point"],
    "/api/v1/files/{file}/": ADDRESSES["file"],
    "/api/v1/media-links/{id}/": ADDRESSES["media-link"],
    "/api/v1/configurations/{slug}/": ADDRESSES["configuration"],
    "/api/v1/presidencies/{period}/": ADDRESSES["presidency"],
}
LISTS = [path.rsplit("{", 1)[0] for path in DETAILS]
ANSWERS = {
    **DETAILS,
    **{path: path.removeprefix("/api/v1/") for path in LISTS},
    "/api/v1/changes/": "changes/",
    "/api/v1/": "",
    "/api/v1/dump/": "dump/",
    "/api/v1/schema/": "schema/",
}
# Members whose names need no description.
PLAIN = {"type", "title", "name", "text", "email", "results", "role", "kind", "place", "mark", "speakers", "links"}
PLAIN |= {"date", "time", "start_date", "end_date", "country", "status", "detail", "status_reason"}
MEMBERS_ADDED_LATER = {
    name for shape in SHAPES.values() for name, member in get_members(shape).items() if member.added
}  # answers about older documents lack them


@cache
def read_description() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(build_description())
    return read


def list_operations() -> list[dict[str, Any]]:
    return [operation for path in read_description()["paths"].values() for operation in path.values()]


def list_schemas(part: Any) -> Iterator[dict[str, Any]]:
    """Return all objects of the description, nested ones included."""
    if isinstance(part, dict):
        yield part
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from list_schemas(each)


def forbid_other_members(schema: Any) -> Any:
    """Return the schema with additional members forbidden, to find members that are not described.

    The description itself leaves objects open, since members may be added within v1.
    """
    if isinstance(schema, list):
        return [forbid_other_members(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: forbid_other_members(part) for name, part in schema.items()}
    return parts | {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else parts


def validator(path: str, status: int) -> Draft202012Validator:
    """Return the validator of a path's answer with a status."""
    response = read_description()["paths"][path]["get"]["responses"][str(status)]
    if "$ref" in response:
        response = read_description()["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    content = next(content for kind, content in response["content"].items() if kind.endswith("json"))
    whole = content["schema"].get("anyOf", [content["schema"]])[0]  # the other one is that of `fields`
    schema = whole | {"components": read_description()["components"]}
    return Draft202012Validator(forbid_other_members(deepcopy(schema)), format_checker=FormatChecker())


class TestDescription:
    def test_description_is_valid_openapi_3_1(self) -> None:
        assert read_description()["openapi"] == "3.1.0"
        OpenAPIV31SpecValidator(read_description()).validate()

    def test_building_it_gives_no_warnings(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json")
        out, err = capsys.readouterr()
        assert (json.loads(out), err) == (read_description(), "")

    def test_operations_have_ids(self) -> None:
        assert sorted(operation["operationId"] for operation in list_operations()) == [
            "getAgendaItem",
            "getConfiguration",
            "getDump",
            "getFile",
            "getMediaLink",
            "getMeeting",
            "getPresidency",
            "getProgrammePoint",
            "getRoot",
            "getSchema",
            "getTopic",
            "listAgendaItems",
            "listChanges",
            "listConfigurations",
            "listFiles",
            "listMediaLinks",
            "listMeetings",
            "listPresidencies",
            "listProgramme",
            "listTopics",
        ]

    def test_everything_has_a_description(self) -> None:
        for operation in list_operations():
            assert operation["summary"].endswith("."), operation
            for parameter in operation["parameters"]:
                assert parameter["description"].endswith("."), parameter

    def test_operations_list_their_errors(self) -> None:
        for operation in list_operations():
            expected = {"200", "304", "400", "405", "406", "412", "414", "429", "431", "500", "503"}
            if re.match("get(?!Root|Schema|Dump)", operation["operationId"]):
                expected |= (
                    {"404"} if re.search("Configuration|Presidency", operation["operationId"]) else {"404", "410"}
                )
            assert set(operation["responses"]) == expected

    def test_operations_have_language_parameters_and_headers(self) -> None:
        for operation in list_operations():
            has_language = not re.search("Root|Schema|Dump", operation["operationId"])
            by_name = {(parameter["in"], parameter["name"]) for parameter in operation["parameters"]}
            assert ({("query", "lang"), ("header", "Accept-Language")} <= by_name) == has_language
            assert ("Content-Language" in operation["responses"]["200"]["headers"]) == has_language

    def test_405_has_the_allow_header(self) -> None:
        assert "Allow" in read_description()["components"]["responses"]["MethodNotAllowed"]["headers"]

    def test_enums_have_a_type(self) -> None:
        found = [schema for schema in list_schemas(read_description()) if "enum" in schema or "const" in schema]
        assert len(found) > 20
        assert [schema for schema in found if "type" not in schema] == []

    def test_pages_of_lists_are_components(self) -> None:
        names = [read_description()["paths"][path]["get"]["responses"]["200"]["content"] for path in LISTS]
        assert [content["application/json"]["schema"]["anyOf"][0]["$ref"].rsplit("/", 1)[1] for content in names] == [
            "MeetingPage",
            "TopicPage",
            "AgendaItemPage",
            "ProgrammePointPage",
            "FilePage",
            "MediaLinkPage",
            "ConfigurationPage",
            "PresidencyPage",
        ]

    def test_answers_may_have_only_some_members(self) -> None:
        for path in ANSWERS:
            [operation] = read_description()["paths"][path].values()
            by_name = {parameter["name"]: parameter for parameter in operation["parameters"]}
            forms = operation["responses"]["200"]["content"]["application/json"]["schema"].get("anyOf", [])
            assert ("fields" in by_name) == (len(forms) == 2), path
            if forms:
                assert forms[1]["$ref"].rsplit("/", 1)[1] in ("SomeMembers", "SomeMembersPage")
                assert (by_name["fields"]["style"], by_name["fields"]["explode"]) == ("form", False)
                assert len(by_name["fields"]["schema"]["items"]["enum"]) > 5

    def test_status_may_have_several_values(self) -> None:
        for name in ("meetings", "agenda-items", "media-links"):
            parameters = read_description()["paths"][f"/api/v1/{name}/"]["get"]["parameters"]
            [status] = [parameter for parameter in parameters if parameter["name"] == "status"]
            single, several = status["schema"]["anyOf"]
            assert (status["style"], status["explode"], several["items"]) == ("form", False, single)
            assert single["enum"] == ["provisional", "confirmed", "postponed", "cancelled"]

    def test_documentation_lists_all_problem_types(self) -> None:
        kinds = read_description()["components"]["schemas"]["ProblemType"]["enum"]
        texts = (ROOT / "docs" / "api.md").read_text()
        assert sorted(set(re.findall("`(/api/problems/[a-z-]+/)`", texts))) == sorted(kinds)

    def test_parameters_list_all_values_but_the_empty_one(self) -> None:
        parameters = read_description()["paths"]["/api/v1/agenda-items/"]["get"]["parameters"]
        schemas = {parameter["name"]: parameter["schema"] for parameter in parameters}
        words = {name: schema.get("anyOf", [schema])[0].get("enum") for name, schema in schemas.items()}
        assert words["state"] == ["added", "withdrawn", "postponed"]
        assert len(words["lang"]) == 24
        assert read_description()["components"]["schemas"]["ItemState"]["enum"] == ["", *words["state"]]

    def test_enum_values_have_descriptions(self) -> None:
        listed = [schema for schema in list_schemas(read_description()) if "x-enum-descriptions" in schema]
        assert len(listed) > 20
        for schema in listed:
            assert len(schema["enum"]) == len(schema["x-enum-descriptions"])
            assert all(schema["x-enum-descriptions"]), schema
        for name, schema in read_description()["components"]["schemas"].items():
            assert "enum" not in schema or name in ("ProblemType",) or "x-enum-descriptions" in schema, name

    def test_values_have_names_for_code_generators(self) -> None:
        """Without names, generators call an empty or odd value VALUE_0, and a number VALUE_1."""
        for schema in list_schemas(read_description()):
            if any(not re.fullmatch(r"[A-Za-z][-\w:./]*", str(value)) for value in schema.get("enum", ())):
                names = schema["x-enum-varnames"]
                assert len(names) == len(schema["enum"]), schema
                assert all(re.fullmatch("[A-Z][A-Z_]*", name) for name in names), schema

    def test_tags_have_descriptions(self) -> None:
        texts = {tag["name"]: tag["description"] for tag in read_description()["tags"]}
        assert {operation["tags"][0] for operation in list_operations()} == set(texts)
        assert all(texts.values())

    def test_members_have_descriptions(self) -> None:
        """Describe a new member where it is declared."""
        silent = [
            f"{name}.{member}"
            for name, schema in read_description()["components"]["schemas"].items()
            for member, about in schema.get("properties", {}).items()
            if member not in PLAIN and "description" not in about and "$ref" not in about and not about.get("const")
        ]
        assert silent == []

    def test_member_missing_from_older_documents_is_not_required(self) -> None:
        schema = {"properties": {"old": {}, "new": {"x-added": "2027-01-01"}}}
        assert require_all_members(schema)["required"] == ["old"]


class TestWholeAnswers:
    """The description for code generators, without unions."""

    def test_each_answer_has_one_type(self) -> None:
        description = json.loads(build_whole_answers_description())
        OpenAPIV31SpecValidator(description).validate()
        for path in description["paths"].values():
            for operation in path.values():
                [(kind, content)] = operation["responses"]["200"]["content"].items()
                assert (kind, "anyOf" in content["schema"]) == ("application/json", False)
                assert "304" not in operation["responses"]
                assert {"fields", "format"}.isdisjoint(each["name"] for each in operation["parameters"])

    def test_parameters_have_no_alternatives_and_use_the_lists_of_values_of_answers(self) -> None:
        paths = json.loads(build_whole_answers_description())["paths"]
        schemas = {each["name"]: each["schema"] for each in paths["/api/v1/programme/"]["get"]["parameters"]}
        assert schemas["lang"] == {"$ref": "#/components/schemas/Language"}
        assert schemas["kind"]["items"] == {"$ref": "#/components/schemas/PointKind"}
        assert schemas["status"]["items"] == {"$ref": "#/components/schemas/MeetingStatus"}
        assert (schemas["presidency"]["type"], "enum" in schemas["presidency"]) == ("string", False)
        assert not any("anyOf" in each["schema"] for path in paths.values() for each in path["get"]["parameters"])

    def test_everything_else_is_the_same(self) -> None:
        whole, all_answers = json.loads(build_whole_answers_description()), deepcopy(read_description())
        for path, operations in all_answers["paths"].items():
            for method, operation in operations.items():
                kept = whole["paths"][path][method]
                for part in ("parameters", "responses"):
                    operation.pop(part)
                    kept.pop(part)
        del all_answers["components"]["schemas"]["SomeMembers"], all_answers["components"]["schemas"]["SomeMembersPage"]
        assert whole == all_answers

    @pytest.mark.django_db
    def test_it_has_an_address(self, visitor: Visitor) -> None:
        assert visitor.get("/api/v1/schema/?answers=whole").content == build_whole_answers_description()
        assert visitor.get_problem("schema/?answers=half", 400)["allowed"] == ["all", "whole"]


@pytest.mark.django_db
class TestAnswers:
    def test_description_takes_no_query_and_is_cached(self, visitor: Visitor) -> None:
        response = visitor.get("/api/v1/schema/")
        assert response.content == build_description()
        assert build_description() is build_description()
        assert visitor.statements == []

    @pytest.mark.usefixtures("one_of_each")
    @pytest.mark.parametrize("path", ANSWERS)
    def test_answers_match_the_description(self, visitor: Visitor, path: str) -> None:
        body = visitor.get_json(ANSWERS[path])
        validator(path, 200).validate(body)
        assert body.get("results") != []

    def test_every_path_is_checked(self) -> None:
        assert set(read_description()["paths"]) == set(ANSWERS)

    @pytest.mark.usefixtures("one_of_each")
    @pytest.mark.parametrize("path", [*DETAILS, *LISTS, "/api/v1/changes/"])
    def test_wrong_members_do_not_match_the_description(self, visitor: Visitor, path: str) -> None:
        body = visitor.get_json(ANSWERS[path])
        parts = list(objects(body))
        assert parts
        for part in parts:
            for name, value in list(part.items()):
                if name in MEMBERS_ADDED_LATER:
                    continue
                for broken in ({}, {f"{name}_": value}, {name: {"unexpected": value}}):
                    del part[name]
                    part.update(broken)
                    assert not validator_of(path).is_valid(body), (part, name)
                    for wrong in broken:
                        del part[wrong]
                    part[name] = value
        validator_of(path).validate(body)

    @pytest.mark.parametrize(
        ("path", "address", "status"),
        [(path, f"{address}?nonsense=1", 400) for path, address in ANSWERS.items() if path not in DETAILS]
        + [
            (path, f"{re.sub('{.*', '', path.removeprefix('/api/v1/'))}{make_uuid('nobody')}/", 404) for path in DETAILS
        ],
    )
    def test_problems_match_the_description(self, visitor: Visitor, path: str, address: str, status: int) -> None:
        validator(path, status).validate(visitor.get_problem(address, status))

    def test_withdrawn_answers_match_the_description(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        item, link = meeting.agenda.get(), meeting.links.get()
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        for name, row in {"meetings": meeting, "agenda-items": item, "media-links": link}.items():
            body = visitor.get_problem(f"{name}/{row.pk}/", 410)
            validator(f"/api/v1/{name}/{{id}}/", 410).validate(body)
        body.pop("status")
        with pytest.raises(ValidationError):
            validator("/api/v1/meetings/{id}/", 410).validate(body)


@cache
def validator_of(path: str) -> Draft202012Validator:
    return validator(path, 200)


def objects(body: Any) -> Any:
    """Return one object of each type in an answer, nested ones included."""
    seen: set[tuple[str, ...]] = set()

    def walk(part: Any) -> Any:
        if isinstance(part, list):
            for each in part:
                yield from walk(each)
        if isinstance(part, dict):
            if tuple(part) not in seen and "en" not in part:  # by language; none is required
                seen.add(tuple(part))
                yield part
            for each in list(part.values()):
                yield from walk(each)

    yield from walk(body)
