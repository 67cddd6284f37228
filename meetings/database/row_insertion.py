"""Insert many rows of a model with few statements, several times as fast as `bulk_create` on PostgreSQL.

Django converts each value by itself, and PostgreSQL parses each as a literal. Here rows are a text in JSON, which both
read and write in C. COPY would be as fast. A text is short, since PostgreSQL needs many times its length while it reads
it, and a session has limited memory (decision 170).
"""

from collections.abc import Iterable, Iterator
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

import msgspec
from django.db import connection
from django.db.models import Field, JSONField, Model
from django.utils.functional import Promise

from meetings.fields.richtext import RichTextField
from meetings.models.index import SearchWords, format_tsvector

AnyModel = TypeVar("AnyModel", bound=Model)


def encode_translation(value: Any) -> str:
    """Return a lazy translation as a text. Nothing else is unknown to the encoder."""
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"no column has a {type(value).__name__}")


MAX_STATEMENT_BYTES = 1_000_000  # a longer row has a statement of its own
ENCODER = msgspec.json.Encoder(enc_hook=encode_translation)
# Keys would be looked up in whole tables for as long as the connection lasts, since these are small when it begins. And
# lz4, where PostgreSQL has it, compresses words and texts in a fraction of the time of its own method.
TRANSACTION_SETTINGS = """
    SELECT pg_catalog.set_config('enable_seqscan', 'off', true), (
        SELECT pg_catalog.set_config(name, 'lz4', true) FROM pg_catalog.pg_settings
        WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)
    )
"""


def prepare_large_insertion() -> None:
    """Make PostgreSQL faster for many rows until the end of this transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(TRANSACTION_SETTINGS)


def insert_rows(rows: Iterable[AnyModel], *, are_clean: bool = False, ignore_conflicts: bool = False) -> list[AnyModel]:
    """Insert new rows of one model in their order, and return them as `bulk_create` does.

    `are_clean` means that their columns have been cleaned (`clean_fields`): rich text is not cleaned again.
    """
    rows = [*rows]
    if not rows:
        return rows
    model = type(rows[0])
    if connection.vendor != "postgresql":
        return model._default_manager.bulk_create(rows, ignore_conflicts=ignore_conflicts)
    for field in list_fields_set_on_save(model):
        if not (are_clean and isinstance(field, RichTextField)):
            for row in rows:
                field.pre_save(row, add=True)
    has_keys = rows[0].pk is not None
    statement = build_insertion(model, has_keys=has_keys)
    if ignore_conflicts:
        statement += " ON CONFLICT DO NOTHING"
    elif not has_keys:
        statement += f" RETURNING {connection.ops.quote_name(model._meta.pk.column)}"
    keys = run_statements(statement, encode_rows(model, rows, has_keys=has_keys))
    for row, (key,) in zip(rows, keys, strict=False):
        row.pk = key
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    return rows


def run_statements(statement: str, texts: Iterable[str]) -> list[tuple[Any, ...]]:
    """Run the statement with each text, and return the rows that it returns."""
    found: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for text in texts:
            cursor.execute(statement, [text])
            found += cursor.fetchall() if cursor.description else ()
    return found


@cache
def list_fields(model: type[Model], *, has_keys: bool) -> list[Field]:
    return [field for field in model._meta.concrete_fields if has_keys or not field.primary_key]


@cache
def list_fields_set_on_save(model: type[Model]) -> list[Field]:
    """Return the fields whose value is set or cleaned when a row is saved."""
    return [field for field in model._meta.concrete_fields if type(field).pre_save is not Field.pre_save]


@cache
def build_insertion(model: type[Model], *, has_keys: bool) -> str:
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = ", ".join(quote(field.column) for field in list_fields(model, has_keys=has_keys))
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s)"


def encode_rows(model: type[Model], rows: Iterable[Model], *, has_keys: bool) -> Iterator[str]:
    """Yield the rows as lists of objects in JSON, whose members are columns: a list for each statement."""
    fields = list_fields(model, has_keys=has_keys)
    columns = [field.column for field in fields]
    read_values = attrgetter(*(field.attname for field in fields))
    records = [dict(zip(columns, read_values(row), strict=True)) for row in rows]
    for field in fields:
        convert: Any = field.get_prep_value if isinstance(field, JSONField) else format_tsvector
        if isinstance(field, JSONField | SearchWords):
            for record in records:
                record[field.column] = convert(record[field.column])
    portion, size = list[bytes](), 0
    for encoded in map(ENCODER.encode, records):
        if portion and size + len(encoded) > MAX_STATEMENT_BYTES:
            yield join_objects(portion)
            portion, size = [], 0
        portion.append(encoded)
        size += len(encoded)
    yield join_objects(portion)


def join_objects(encoded: Iterable[bytes]) -> str:
    return f"[{b','.join(encoded).decode()}]"
