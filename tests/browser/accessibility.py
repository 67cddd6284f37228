"""Check pages with axe-core: all rules on a desktop and on a telephone, and contrast in further views."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.external_tools import SCREENS, PageOpener, change_screen

CONTRAST_RULES = ("color-contrast", "link-in-text-block")
# Axe loads all stylesheets again unless it is told what to load. Only a rule that does not run by default reads them,
# and loading them violates our content security policy.
OPTIONS = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
RUN_AXE = """options => axe.run(document, options).then(
  results => results.violations.map(rule => [rule.id, rule.nodes[0].html]))"""


def run_axe(page: Page, rules: tuple[str, ...] = (), *, with_target_size: bool = False) -> list[list[str]]:
    """Return the ID of each rule that the page violates, with the first element. Without `rules`, check all of them.

    Axe checks the size of targets only if it is asked to.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    options: dict[str, Any] = {**OPTIONS, "rules": {"target-size": {"enabled": with_target_size}}}
    if rules:
        options["runOnly"] = rules
    found: list[list[str]] = page.evaluate(RUN_AXE, options)
    return found


def check_accessibility(open_page: PageOpener, page: Page) -> list[Any]:
    """Return what axe reports about the page, on a telephone in dark colours and on a desktop in light ones."""
    page.wait_for_load_state()
    assert open_page.problems == []
    found: list[Any] = []
    for width, colours in reversed(SCREENS):  # so that the desktop remains
        change_screen(page, width, color_scheme=colours)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found += [(page.url, width, *violation) for violation in run_axe(page)]
    open_page.problems.clear()  # the browser reports that axe may not look into a sandboxed frame
    return found
