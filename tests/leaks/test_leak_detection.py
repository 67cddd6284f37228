"""Tests of the leak test: it finds all routes and parameters, reports missing values, and detects leaks."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path, re_path

from council import urls
from meetings.clock import get_instant
from meetings.models import Edition, Meeting
from tests.leaks.addresses import WALKED_LANGUAGES, build_addresses, build_value_pairs, list_addresses, list_routes
from tests.leaks.names import DATES, HIDDEN, NOBODY
from tests.leaks.requests import fetch_answer, fetch_answers, list_requests
from tests.leaks.subjects import create_all_hidden, publish_live_subjects, schedule_all
from tests.public_requests import ForbiddenReadError, Visitor
from tests.worlds import share_world


def view(request: HttpRequest, **parts: str) -> HttpResponse:
    return HttpResponse(request.GET.get("surprise", ""))


@share_world
def published(clock: Any) -> None:
    publish_live_subjects(clock)


class TestUnknownValues:
    def test_unknown_path_part_is_reported(self) -> None:
        [route] = list_routes([path("en/<slug:surprise>/", view)])
        with pytest.raises(AssertionError, match=r"“surprise” in /en/%\(surprise\)s/: add one to tests/leaks/names.py"):
            build_addresses(route, HIDDEN, NOBODY)

    def test_unknown_query_parameter_is_reported(self) -> None:
        [route] = list_routes([path("en/", view)])
        with pytest.raises(AssertionError, match=r"“surprise” in /en/\?surprise=: add one to"):
            build_value_pairs(route, "surprise", {"type": "string", "pattern": "^[a-z]+$"})

    def test_undocumented_query_parameter_is_reported(self, published: None, visitor: Visitor) -> None:
        route = path("en/surprising/", view)
        refused = pytest.raises(AssertionError, match=r"“surprise” in /en/surprising/\?surprise=")
        with override_settings(ROOT_URLCONF=build_site(route)), refused:
            list_addresses(visitor, [route])


class TestKnownValues:
    def test_named_parts_are_filled(self) -> None:
        [route] = list_routes([path("x/", include([re_path(r"^(?P<slug>[a-z]+)/(?P<number>[0-9]+)\Z", view)]))])
        assert ("/x/zanzibar/2", "/x/zanzibaq/7") in build_addresses(route, HIDDEN, NOBODY)

    def test_ids_and_numbers_are_filled_by_converter(self) -> None:
        [route] = list_routes([path("<uuid:whatever>/<int:other>/", view)])
        assert (f"/{HIDDEN['id'][0]}/2/", f"/{NOBODY['id'][0]}/7/") in build_addresses(route, HIDDEN, NOBODY)

    def test_every_enum_value_is_used(self) -> None:
        [route] = list_routes([path("x/", view)])
        assert build_value_pairs(route, "whatever", {"enum": ["a", "b"]}) == [("a", "a"), ("b", "b")]


def build_site(route: Any) -> Any:
    """Return the URL configuration of the site with one more route."""
    more = ModuleType("more")
    more.__dict__.update(vars(urls), urlpatterns=[route, *urls.urlpatterns])
    return more


def leak_count(request: HttpRequest) -> HttpResponse:
    return HttpResponse(headers={"X-Total-Count": str(Edition.objects.count())})


def leak_list(request: HttpRequest) -> HttpResponse:
    return HttpResponse(", ".join(Edition.objects.order_by("address").values_list("address", flat=True)))


def leak_etag(request: HttpRequest) -> HttpResponse:
    newest = Edition.objects.order_by("-available_from")[0]
    return HttpResponse("constant", headers={"ETag": f'"{newest.available_from:%s}"'})


def leak_query_count(request: HttpRequest) -> HttpResponse:
    for edition in Edition.objects.order_by("available_from"):
        if edition.available_from > get_instant(request):
            Edition.objects.filter(pk=edition.pk).exists()
    return HttpResponse("constant")


def leak_status(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse(status=403 if Edition.objects.filter(address=f"topics/{slug}/").exists() else 404)


LEAKING_VIEWS: list[Callable[..., HttpResponse]] = [leak_count, leak_list, leak_etag, leak_query_count, leak_status]


@pytest.mark.once
@pytest.mark.django_db
class TestLeaksAreFound:
    @pytest.mark.parametrize("leak", LEAKING_VIEWS)
    def test_view_that_reveals_scheduled_editions_is_found(
        self, published: None, visitor: Visitor, leak: Callable[..., HttpResponse]
    ) -> None:
        route = path("en/leak/<slug:slug>/" if leak is leak_status else "en/leak/", leak)
        with override_settings(ROOT_URLCONF=build_site(route)):
            asked = list_requests(address.path for address in list_addresses(visitor, [route]))
            before = fetch_answers(visitor, asked)
            assert fetch_answers(visitor, asked) == before
            schedule_all(create_all_hidden())
            assert fetch_answers(visitor, asked) != before

    def test_view_that_reads_the_working_copy_is_found(self, visitor: Visitor, clock: Any) -> None:
        drafts = path("en/drafts/", lambda request: HttpResponse(str(Meeting.objects.count())))
        with override_settings(ROOT_URLCONF=build_site(drafts)), pytest.raises(ForbiddenReadError):
            fetch_answer(visitor, "/en/drafts/")


@pytest.mark.sqlite
def test_walked_languages_cover_translated_and_untranslated(published: None, visitor: Visitor) -> None:
    path = f"meetings/jha/{DATES['live']:%Y/%m/%d}/"
    languages = {language: visitor.get(f"/{language}/{path}")["Content-Language"] for language in WALKED_LANGUAGES}
    assert languages == {"en": "en", "fr": "fr", "mt": "en"}
