"""Find changes of the API's description that would break a program written for an earlier one.

Parameters may only become wider: what was accepted is still accepted. Answers may only become narrower, except for new
members and new values of an enum, which programs must accept (docs/api.md). An enum with one value is a tag, like
`type`, and may not change. Texts (descriptions, examples, tags) may change freely.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Schema = dict[str, Any]
ABOUT = {"description", "summary", "title", "example", "examples", "tags", "externalDocs", "deprecated", "default"}
LOWEST, HIGHEST = ("minimum", "minLength", "minItems"), ("maximum", "maxLength", "maxItems")
SOME = ("/SomeMembers", "/SomeMembersPage")  # answers to `fields`; nobody else gets them
EXACT = ("pattern", "format", "contentMediaType", "uniqueItems")
COMPARED = {*ABOUT, *LOWEST, *HIGHEST, *EXACT}
COMPARED |= {"$ref", "type", "enum", "const", "items", "properties", "required", "additionalProperties"}


def find_breaks(old: Schema, new: Schema) -> list[str]:
    """Return descriptions of the breaking changes; empty if the new description is compatible."""
    return list(dict.fromkeys(Comparison(old, new).compare_paths()))


@dataclass
class Comparison:
    old: Schema
    new: Schema
    known: dict[tuple[str, str, bool], list[str]] = field(default_factory=dict)

    def compare_paths(self) -> Iterator[str]:
        for path, operations in self.old["paths"].items():
            for method, operation in operations.items():
                where = f"{method.upper()} {path}"
                if method in self.new["paths"].get(path, {}):
                    yield from self.compare_operations(operation, self.new["paths"][path][method], where)
                else:
                    yield f"{where}: is gone"

    def compare_operations(self, old: Schema, new: Schema, where: str) -> Iterator[str]:
        if old["operationId"] != new["operationId"]:
            yield f"{where}: is called {new['operationId']}, and was {old['operationId']}"
        parameters, parameters_now = (
            {(each["in"], each["name"]): each for each in one["parameters"]} for one in (old, new)
        )
        for key, parameter in parameters.items():
            place = f"{where} {'?' if key[0] == 'query' else ''}{key[1]}"
            if key not in parameters_now:
                yield f"{place}: is gone"
                continue
            yield from self.compare_parameters(parameter, parameters_now[key], place)
        for key, parameter in parameters_now.items():
            if key not in parameters and parameter["required"]:
                yield f"{where} {key[1]}: is new and required"
        for status, response in old["responses"].items():
            if status not in new["responses"]:
                yield f"{where} {status}: is gone"
                continue
            now = self.resolve_reference(new["responses"][status], self.new)
            yield from self.compare_responses(self.resolve_reference(response, self.old), now, f"{where} {status}")

    def compare_parameters(self, old: Schema, new: Schema, where: str) -> Iterator[str]:
        if new["required"] and not old["required"]:
            yield f"{where}: is required now"
        if old["schema"].get("default") != new["schema"].get("default"):
            yield f"{where}: means something else where it is left out"
        yield from self.compare_schemas(old["schema"], new["schema"], where, answered=False)

    def compare_responses(self, old: Schema, new: Schema, where: str) -> Iterator[str]:
        for kind, parts in {"headers": old.get("headers", {}), "content": old.get("content", {})}.items():
            for name, part in parts.items():
                if name not in new.get(kind, {}):
                    yield f"{where} {name}: is gone"
                    continue
                was, now = self.resolve_reference(part, self.old), self.resolve_reference(new[kind][name], self.new)
                yield from self.compare_schemas(
                    was.get("schema", {}), now.get("schema", {}), f"{where} {name}", answered=True
                )

    def resolve_reference(self, part: Schema, whole: Schema) -> Schema:
        """Return the schema with its reference resolved and merged."""
        if "$ref" not in part:
            return part
        found: Any = whole
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return self.resolve_reference(found, whole) | {name: value for name, value in part.items() if name != "$ref"}

    def compare_schemas(self, old: Schema, new: Schema, where: str, *, answered: bool) -> Iterator[str]:
        """Yield the places where the narrower schema (of answers, the new one) is not within the wider one."""
        old, new = get_only_alternative(old), get_only_alternative(new)
        names = old.get("$ref", ""), new.get("$ref", "")
        key = (*names, answered)
        if not all(names):
            yield from self.compare_alternatives(old, new, where, answered=answered)
        elif key in self.known:
            yield from self.known[key]
        else:
            self.known[key] = []  # recursive schemas are compared once
            self.known[key] = list(self.compare_alternatives(old, new, names[0].rsplit("/", 1)[1], answered=answered))
            yield from self.known[key]

    def compare_alternatives(self, old: Schema, new: Schema, where: str, *, answered: bool) -> Iterator[str]:
        was, now = self.list_alternatives(old, self.old), self.list_alternatives(new, self.new)
        for form in now if answered else was:
            others = was if answered else now
            pairs = [(other, form) if answered else (form, other) for other in others]
            yield from min((list(self.compare_types(*pair, where, answered=answered)) for pair in pairs), key=len)

    def list_alternatives(self, schema: Schema, whole: Schema) -> list[Schema]:
        """Return one schema for each type that it may have."""
        schema = self.resolve_reference(schema, whole)
        for union in ("anyOf", "oneOf"):
            if union in schema:
                return [
                    form
                    for each in exclude_partial_answers(schema[union])
                    for form in self.list_alternatives(each, whole)
                ]
        types = schema.get("type")
        return [schema | {"type": one} for one in types] if isinstance(types, list) else [schema]

    def compare_types(self, old: Schema, new: Schema, where: str, *, answered: bool) -> Iterator[str]:
        inner, outer = (new, old) if answered else (old, new)
        kinds = inner.get("type"), outer.get("type")
        if kinds[1] and kinds[0] != kinds[1] and kinds != ("integer", "number"):
            yield f"{where}: is of type {new.get('type', 'any')}, and was {old.get('type', 'any')}"
            return
        yield from compare_words(old, new, where, answered=answered)
        if inner.get("type") != "null":
            yield from compare_limits(inner, outer, where)
        for name in {*old, *new} - COMPARED:
            if not name.startswith("x-") and old.get(name) != new.get(name):
                yield f"{where}: {name} changed, and nobody knows what that breaks"
        for name in ("items", "additionalProperties"):
            if isinstance(outer.get(name), dict):
                yield from self.compare_schemas(
                    old.get(name) or {}, new.get(name) or {}, f"{where}[]", answered=answered
                )
        yield from self.compare_members(old, new, where, answered=answered)

    def compare_members(self, old: Schema, new: Schema, where: str, *, answered: bool) -> Iterator[str]:
        now = new.get("properties", {})
        for name, member in old.get("properties", {}).items():
            place = f"{where}.{name}"
            if name not in now:
                yield f"{place}: is gone"
                continue
            if answered and name in old.get("required", ()) and name not in new.get("required", ()):
                yield f"{place}: may be absent now"
            yield from self.compare_schemas(member, now[name], place, answered=answered)


def exclude_partial_answers(forms: list[Schema]) -> list[Schema]:
    return [form for form in forms if not form.get("$ref", "").endswith(SOME)]


def get_only_alternative(schema: Schema) -> Schema:
    """Return the name of its only form besides that of `fields`."""
    forms = exclude_partial_answers(schema.get("anyOf", []))
    return forms[0] if len(forms) == 1 else schema


def compare_words(old: Schema, new: Schema, where: str, *, answered: bool) -> Iterator[str]:
    was, now = ([one["const"]] if "const" in one else one.get("enum") for one in (old, new))
    if was is None:
        if now is not None and not answered:
            yield f"{where}: takes certain words only now"
    elif now is None:
        if answered:
            yield f"{where}: may be any word now"
    elif removed := [word for word in was if word not in now]:
        yield f"{where}: knows “{removed[0]}” no more"
    elif answered and len(was) == 1 and len(now) > 1:
        yield f"{where}: was always “{was[0]}”"


def compare_limits(inner: Schema, outer: Schema, where: str) -> Iterator[str]:
    for name in (*LOWEST, *HIGHEST):
        if name not in outer:
            continue
        limit, other = outer[name], inner.get(name)
        if other is None or (other < limit if name in LOWEST else other > limit):
            yield f"{where}: {name} is {other} on one side, and {limit} on the other"
    for name in EXACT:
        if name in outer and inner.get(name) != outer[name]:
            yield f"{where}: {name} is {inner.get(name)} on one side, and {outer[name]} on the other"
