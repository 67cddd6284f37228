"""Atom feeds (RFC 4287) as Django writes them, with what it leaves out: languages, labels, and text that is no HTML."""

import datetime as dt
import re
from typing import Any

from django.utils.feedgenerator import Atom1Feed

from meetings.models.history import BEFORE_ALL

CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # most are no part of any XML


def plain(text: str) -> str:
    return CONTROLS.sub("", text)


class AtomFeed(Atom1Feed):
    """It has `licence`, and its entries `language`, `alternates`, `summary` and `body`, besides what Django knows."""

    def latest_post_date(self) -> dt.datetime:
        """Of an empty feed the same always: not when it was asked for."""
        return max((item["updateddate"] for item in self.items), default=BEFORE_ALL)

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("link", "", {"rel": "license", "href": self.feed["licence"]})  # RFC 4946

    def item_attributes(self, item: Any) -> dict[str, str]:
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler: Any, item: Any) -> None:
        super().add_item_elements(handler, item)
        for language, address in item["alternates"]:
            page = {"rel": "alternate", "type": "text/html", "hreflang": language, "href": address}
            handler.addQuickElement("link", "", page)
        if item["summary"]:
            language, text = item["summary"]
            handler.addQuickElement("summary", text, {"type": "text", "xml:lang": language})
        if item["body"]:
            language, slug, name = item["body"]
            handler.addQuickElement("category", "", {"term": slug, "label": name, "xml:lang": language})
