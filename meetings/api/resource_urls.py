"""Build the absolute URLs that answers of the API contain."""

import datetime as dt
from functools import cache
from typing import Annotated, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from msgspec import Meta
from rest_framework.request import Request

from meetings.http.links import get_site_url
from meetings.i18n.page_paths import get_page_path

Url = Annotated[str, Meta(extra_json_schema={"format": "uri"})]

Instant = Annotated[dt.datetime, Meta(tz=True)]
LocalInstant = Annotated[dt.datetime, Meta(tz=True, examples=["2017-09-14T13:00:00+02:00"])]


def build_api_url(request: Request, resource: str, key: Any) -> str:
    """Return the address of a resource in the API. `key` needs no quoting: an id, a slug or a half-year."""
    return f"{get_site_url(request._request)}{get_list_path(resource)}{key}/"


def build_list_url(request: Request, resource: str, query: str) -> str:
    return f"{get_site_url(request._request)}{get_list_path(resource)}?{query}"


@cache
def get_list_path(resource: str) -> str:
    return reverse(f"{resource}-list")


def build_page_url(request: HttpRequest, address: str, language: str, anchor: str = "") -> str:
    path = get_page_path(address, language) + (f"#{anchor}" if anchor else "")
    return get_site_url(request) + iri_to_uri(path)
