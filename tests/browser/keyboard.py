"""Walk through a page with the Tab key: everything is reached, in order and visibly, and nothing traps the focus."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

WALK = (Path(__file__).parent / "keyboard_walk.js").read_text()
MORE_PRESSES = 60  # within frames and regions that scroll, which have stops of their own


def walk_by_keyboard(page: Page, part: str = "body") -> list[Any]:
    """Press Tab from the beginning of the page to its end. Return what a user of the keyboard would complain about.

    `part` is the selector of the only part to walk through.
    """
    page.evaluate(WALK, part)
    for _press in range(page.evaluate("walkByKeyboard.stops") + MORE_PRESSES):
        page.keyboard.press("Tab")
        if not page.evaluate("walkByKeyboard.look()"):
            return list(page.evaluate("walkByKeyboard.finish()"))
    return [("no way out of", page.evaluate("document.activeElement.outerHTML"))]
