"""Check pages with axe-core: all rules on a desktop, some on a telephone, and contrast in further views."""

from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.external_tools import ColourScheme, PageOpener, change_screen

CONTRAST_RULE = "color-contrast"
CONTRAST_RULES = (CONTRAST_RULE, "link-in-text-block")
# A telephone has other colours and shows other controls, but the page has the same structure and the same words.
PHONE_RULES = (*CONTRAST_RULES, "button-name", "link-name", "label", "aria-hidden-focus", "scrollable-region-focusable")
RULES_BY_SCREEN: list[tuple[int, ColourScheme, tuple[str, ...]]] = [(1280, "light", ()), (320, "dark", PHONE_RULES)]
"""Each width and each colour scheme once, because they do not depend on each other, with the rules to check there.

Without rules, check all.
"""
# Axe loads all stylesheets again unless it is told what to load. Only a rule that does not run by default reads them,
# and loading them violates our content security policy.
OPTIONS = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
RUN_AXE = (Path(__file__).parent / "run_axe.js").read_text()


def run_axe(page: Page, rules: tuple[str, ...] = (), *, with_target_size: bool = False) -> list[list[str]]:
    """Return the ID of each rule that the page violates, with the first element. Without `rules`, check all of them.

    Axe checks the size of targets only if it is asked to.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    enabled = {"target-size": with_target_size, CONTRAST_RULE: False}
    options: dict[str, Any] = {**OPTIONS, "rules": {rule: {"enabled": is_on} for rule, is_on in enabled.items()}}
    if rules:
        options["runOnly"] = [rule for rule in rules if rule != CONTRAST_RULE]
    with_contrast = not rules or CONTRAST_RULE in rules
    found: list[list[str]] = page.evaluate(RUN_AXE, {"options": options, "withContrast": with_contrast})
    return found


def check_accessibility(open_page: PageOpener, page: Page) -> list[Any]:
    """Return what axe reports about the page, on a telephone in dark colours and on a desktop in light ones."""
    page.wait_for_load_state()
    assert open_page.problems == []
    found: list[Any] = []
    for width, colours, rules in reversed(RULES_BY_SCREEN):  # so that the desktop remains
        change_screen(page, width, color_scheme=colours)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found += [(page.url, width, *violation) for violation in run_axe(page, rules)]
    open_page.problems.clear()  # the browser reports that axe may not look into a sandboxed frame
    return found
