"""The leak test itself: it finds every route and parameter by itself, says what it cannot fill in, and can fail."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path, re_path

from council import urls
from meetings.clock import instant_of
from meetings.models import Edition, Meeting
from tests.leaks.addresses import WALKED, addresses, forms_with, routes, values_of
from tests.leaks.asking import answers, ask, questions
from tests.leaks.names import DATES, HIDDEN, NOBODY
from tests.leaks.world import everything_hidden, is_scheduled, publish_what_is_live
from tests.publicity import Trespass, Visitor


def view(request: HttpRequest, **parts: str) -> HttpResponse:
    return HttpResponse(request.GET.get("surprise", ""))


class TestWhatCannotBeFilled:
    def test_a_part_of_an_address(self) -> None:
        [route] = routes([path("en/<slug:surprise>/", view)])
        with pytest.raises(AssertionError, match=r"“surprise” in /en/%\(surprise\)s/: say in tests/leaks/names.py"):
            forms_with(route, HIDDEN, NOBODY)

    def test_a_parameter(self) -> None:
        [route] = routes([path("en/", view)])
        with pytest.raises(AssertionError, match=r"“surprise” in /en/\?surprise=: say in"):
            values_of(route, "surprise", {"type": "string", "pattern": "^[a-z]+$"})

    @pytest.mark.django_db
    def test_a_parameter_that_only_the_view_knows(self, visitor: Visitor, clock: Any) -> None:
        publish_what_is_live(clock)
        route = path("en/surprising/", view)
        refused = pytest.raises(AssertionError, match=r"“surprise” in /en/surprising/\?surprise=")
        with override_settings(ROOT_URLCONF=site(route)), refused:
            addresses(visitor, [route])


class TestWhatIsFilledByItself:
    def test_what_has_a_name(self) -> None:
        [route] = routes([path("x/", include([re_path(r"^(?P<slug>[a-z]+)/(?P<number>[0-9]+)\Z", view)]))])
        assert ("/x/zanzibar/2", "/x/zanzibaq/7") in forms_with(route, HIDDEN, NOBODY)

    def test_ids_and_numbers_of_any_name(self) -> None:
        [route] = routes([path("<uuid:whatever>/<int:other>/", view)])
        assert (f"/{HIDDEN['id'][0]}/2/", f"/{NOBODY['id'][0]}/7/") in forms_with(route, HIDDEN, NOBODY)

    def test_every_word_of_a_list(self) -> None:
        [route] = routes([path("x/", view)])
        assert values_of(route, "whatever", {"enum": ["a", "b"]}) == [("a", "a"), ("b", "b")]


def site(route: Any) -> Any:
    """The site with one route more."""
    more = ModuleType("more")
    more.__dict__.update(vars(urls), urlpatterns=[route, *urls.urlpatterns])
    return more


def counting(request: HttpRequest) -> HttpResponse:
    return HttpResponse(headers={"X-Total-Count": str(Edition.objects.count())})


def listing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(", ".join(Edition.objects.order_by("address").values_list("address", flat=True)))


def tagging(request: HttpRequest) -> HttpResponse:
    newest = Edition.objects.order_by("-available_from")[0]
    return HttpResponse("constant", headers={"ETag": f'"{newest.available_from:%s}"'})


def asking_once_more(request: HttpRequest) -> HttpResponse:
    for edition in Edition.objects.order_by("available_from"):
        if edition.available_from > instant_of(request):
            Edition.objects.filter(pk=edition.pk).exists()
    return HttpResponse("constant")


def telling_by_status(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse(status=403 if Edition.objects.filter(address=f"topics/{slug}/").exists() else 404)


LEAKS: list[Callable[..., HttpResponse]] = [counting, listing, tagging, asking_once_more, telling_by_status]


@pytest.mark.django_db
class TestThatItFails:
    @pytest.mark.parametrize("leak", LEAKS)
    def test_where_a_route_betrays_what_is_scheduled(
        self, visitor: Visitor, clock: Any, leak: Callable[..., HttpResponse]
    ) -> None:
        publish_what_is_live(clock)
        route = path("en/leak/<slug:slug>/" if leak is telling_by_status else "en/leak/", leak)
        with override_settings(ROOT_URLCONF=site(route)):
            asked = questions(address.path for address in addresses(visitor, [route]))
            before = answers(visitor, asked)
            assert answers(visitor, asked) == before
            is_scheduled(everything_hidden())
            assert answers(visitor, asked) != before

    def test_where_a_route_reads_the_working_copy(self, visitor: Visitor, clock: Any) -> None:
        drafts = path("en/drafts/", lambda request: HttpResponse(str(Meeting.objects.count())))
        with override_settings(ROOT_URLCONF=site(drafts)), pytest.raises(Trespass):
            ask(visitor, "/en/drafts/")


@pytest.mark.django_db
def test_of_the_languages_walked_one_has_a_text_and_one_has_none(visitor: Visitor, clock: Any) -> None:
    publish_what_is_live(clock)
    path = f"meetings/jha/{DATES['live']:%Y/%m/%d}/"
    told = {language: visitor.get(f"/{language}/{path}")["Content-Language"] for language in WALKED}
    assert told == {"en": "en", "fr": "fr", "mt": "en"}
