"""Pages can only be read: any other method is a 405, also for clients without a token for forms."""

import pytest
from django.test import Client

PAGES = ["/en/", "/en/meetings/", "/en/search/", "/robots.txt", "/sitemap.xml", "/api/", "/api/docs", "/api/docs/"]


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
@pytest.mark.parametrize("path", PAGES)
def test_other_methods_than_get_and_head_are_refused(path: str, method: str) -> None:
    response = getattr(Client(enforce_csrf_checks=True), method)(path)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


@pytest.mark.django_db
def test_unknown_address_is_unknown_to_any_method() -> None:
    assert Client(enforce_csrf_checks=True).post("/en/nothing/").status_code == 404


@pytest.mark.django_db
def test_forms_of_the_admin_still_need_their_token() -> None:
    assert Client(enforce_csrf_checks=True).post("/admin/login/").status_code == 403
