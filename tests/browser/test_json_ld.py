"""A browser does not run the structured data, and it does not violate the content security policy."""

from typing import Any

import pytest

from tests.browser.publishing import publish_documents
from tests.external_tools import NuChecker, PageOpener
from tests.factories import make_configuration, make_full_document
from tests.worlds import share_world

pytestmark = pytest.mark.browser
PAGE = "/en/meetings/jha/2060/09/14-15-second/"
VIOLATIONS = "addEventListener('securitypolicyviolation', event => (window.violations ??= []).push(event.blockedURI))"
READ_NAMES = """[...document.querySelectorAll('script[type="application/ld+json"]')]
    .flatMap(block => JSON.parse(block.textContent)['@graph'].map(node => node.name ?? node['@type']))"""


@share_world
def published() -> None:
    """Publish a meeting with a title that tries to be a script."""
    make_configuration()
    document = make_full_document(title="</script><script>document.title = 'run'</script>")
    publish_documents(document)


@pytest.fixture
def site(published: None, web_server: Any) -> str:
    return str(web_server.url)


def test_structured_data_does_not_violate_the_csp(site: str, open_page: PageOpener) -> None:
    page = open_page(f"{site}/en/")
    page.context.add_init_script(VIOLATIONS)
    for path, name in ((PAGE, "</script><script>document.title = 'run'</script>"), ("/en/", "Council agendas")):
        page.goto(f"{site}{path}")
        assert page.evaluate("window.violations ?? []") == []
        assert page.evaluate(READ_NAMES)[0] == name
        assert page.title() != "run"


def test_pages_are_valid_html(site: str, open_page: PageOpener, nu_checker: NuChecker) -> None:
    for path in (PAGE, "/en/", "/en/meetings/?cursor=x", "/en/meetings/jha/"):
        assert nu_checker(open_page(f"{site}{path}", javascript=False).content()) == []
