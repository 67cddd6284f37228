"""The check of contrast, which is about one element of each kind, misses no kind."""

import pytest
from playwright.sync_api import Browser

from tests.browser.accessibility import CONTRAST_RULES, run_axe

pytestmark = pytest.mark.browser
PAGE = """
<!doctype html>
<html lang="en">
<title>Contrast</title>
<style>
  p, input { background: white; color: #bbb }
  .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
</style>
<main><h1>Contrast</h1>
"""


@pytest.mark.parametrize(
    ("shown", "not_judged"),
    [
        ("<p>Grey on white</p>", ""),
        ("<p>Grey on white</p>", '<p class="hidden">What only screen readers read</p>'),
        ("<p>Grey on white</p>", '<p aria-disabled="true">Off</p>'),
        ("<p>Grey on white</p>", "<p>→</p>"),
        ('<input value="Grey">', '<input value="Off" disabled>'),
    ],
)
def test_low_contrast_is_found_whatever_is_last_of_its_kind(browser: Browser, shown: str, not_judged: str) -> None:
    page = browser.new_page()
    page.set_content(PAGE + shown + not_judged)
    assert run_axe(page, CONTRAST_RULES) == [["color-contrast", shown]]
    page.close()
