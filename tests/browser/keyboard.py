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
    for _press in range(page.evaluate(WALK, part)):
        page.keyboard.press("Tab")
    for _press in range(MORE_PRESSES):
        problems: list[Any] | None = page.evaluate("finishWalk()")
        if problems is not None:
            return problems
        page.keyboard.press("Tab")
    return [("no way out of", page.evaluate("document.activeElement.outerHTML"))]
