"""Conditional requests for answers of the API that have not changed."""

from typing import Any

import pytest
from django.utils.http import http_date

from meetings.api.kept_answers import kept_details
from meetings.models import Edition
from tests.council.api.published_samples import ADDRESSES, publish_one_of_each
from tests.council.middleware.test_conditional import send_conditional
from tests.factories import DAY, SECOND
from tests.public_requests import Visitor
from tests.worlds import share_world

pytestmark = pytest.mark.usefixtures("one_of_each")
LISTS = ("meetings/", "agenda-items/", "topics/", "media-links/")
DETAILS = ("meeting", "agenda-item", "topic", "media-link")
BUILT = {**{name: name for name in LISTS}, **{name: ADDRESSES[name] for name in DETAILS}}


@share_world
def one_of_each(clock: Any) -> None:
    publish_one_of_each(clock)


class TestUnchangedAnswer:
    @pytest.mark.parametrize("name", [*BUILT, "", "schema/"])
    def test_etag_is_confirmed_in_at_most_one_query(self, visitor: Visitor, name: str) -> None:
        first = send_conditional(visitor, BUILT.get(name, name))
        for method, form in (("get", "{}"), ("head", "{}"), ("get", "W/{}"), ("get", '"another", W/{}')):
            again = send_conditional(visitor, BUILT.get(name, name), method, if_none_match=form.format(first["ETag"]))
            assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
            assert len(visitor.statements) == (1 if name in DETAILS else 0)
            assert not any("storeddocument" in statement for statement in visitor.statements)
            assert all(again.get(header) == first.get(header) for header in ("Vary", "Cache-Control"))
            # they would replace those of the stored answer, such as the link to the next page
            assert not {"Content-Language", "Content-Length", "Link"} & set(again.headers)

    @pytest.mark.parametrize("name", BUILT)
    def test_date_is_confirmed(self, visitor: Visitor, name: str) -> None:
        newest = Edition.objects.latest("available_from").available_from
        first = send_conditional(visitor, BUILT[name])
        assert first["Last-Modified"] == http_date(newest.timestamp())
        for method, later in (("get", 0 * DAY), ("head", 0 * DAY), ("get", DAY)):
            since = http_date((newest + later).timestamp())
            assert send_conditional(visitor, BUILT[name], method, if_modified_since=since).status_code == 304
            assert not any("storeddocument" in statement for statement in visitor.statements)
        before = http_date((newest - SECOND).timestamp())
        assert send_conditional(visitor, BUILT[name], if_modified_since=before).status_code == 200

    def test_etag_takes_precedence_over_date(self, visitor: Visitor) -> None:
        first = send_conditional(visitor, "meetings/")
        validators = {"if_modified_since": first["Last-Modified"], "if_none_match": '"another"'}
        assert send_conditional(visitor, "meetings/", **validators).status_code == 200

    def test_asterisk_is_confirmed_if_there_is_an_answer(self, visitor: Visitor) -> None:
        for address in BUILT.values():
            assert send_conditional(visitor, address, if_none_match="*").status_code == 304, address

    def test_reference_data_has_an_etag_of_its_content(self, visitor: Visitor) -> None:
        for address in ("configurations/", "configurations/jha/", "presidencies/"):
            first = send_conditional(visitor, address)
            for method in ("get", "head"):
                assert send_conditional(visitor, address, method, if_none_match=first["ETag"]).status_code == 304

    @pytest.mark.parametrize("address", ["meetings/?status=confirmd", "meetings/?limit=0", "meetings/?cursor=x"])
    @pytest.mark.parametrize("validators", [{"if_none_match": "*"}, {"if_modified_since": http_date(4e9)}])
    def test_errors_are_reported_to_conditional_requests(
        self, visitor: Visitor, address: str, validators: dict[str, str]
    ) -> None:
        assert send_conditional(visitor, address, **validators).status_code == 400

    def test_unacceptable_format_is_not_confirmed(self, visitor: Visitor) -> None:
        first = send_conditional(visitor, "meetings/")
        assert (
            send_conditional(visitor, "meetings/", if_none_match=first["ETag"], accept="image/png").status_code == 406
        )

    @pytest.mark.parametrize("name", [*BUILT, ""])
    def test_etag_depends_on_host_address_and_language(self, visitor: Visitor, settings: Any, name: str) -> None:
        settings.ALLOWED_HOSTS = ["testserver", "other.example"]
        address = BUILT.get(name, name)
        tag = send_conditional(visitor, address)["ETag"]
        others = [send_conditional(visitor, address, host="other.example")]
        if name:
            others += [
                send_conditional(visitor, address, accept_language="fr"),
                send_conditional(visitor, f"{address}?lang=fr"),
            ]
        tags = {tag, *(other["ETag"] for other in others)}
        assert len(tags) == 1 + len(others)

    def test_new_code_version_changes_every_etag(self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
        before = {name: send_conditional(visitor, address)["ETag"] for name, address in BUILT.items()}
        monkeypatch.setattr("meetings.http.conditional_get.get_code_version", lambda: "another")
        kept_details.clear()  # as in a new process
        after = {name: send_conditional(visitor, address)["ETag"] for name, address in BUILT.items()}
        assert not set(before.values()) & set(after.values())
