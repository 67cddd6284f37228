"""Atom feeds (RFC 4287): Django's, with languages, labels of categories, and plain-text summaries in addition."""

import datetime as dt
import re
from typing import Any

from django.utils.feedgenerator import Atom1Feed

from meetings.models.publication_history import BEFORE_ALL_EDITIONS

# XML allows most of these nowhere.
INVALID_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def strip_invalid_xml(text: str) -> str:
    return INVALID_IN_XML.sub("", text)


class AtomFeed(Atom1Feed):
    """Django's Atom feed with `licence`, and entries with `language`, `alternates`, `summary` and `category`.

    `streams` are addresses of live streams, if an entry has any.
    """

    def latest_post_date(self) -> dt.datetime:
        """Return the date of the newest entry. For an empty feed it is a constant, not the time of the request."""
        return max((item["updateddate"] for item in self.items), default=BEFORE_ALL_EDITIONS)

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
        for address in item.get("streams", ()):
            handler.addQuickElement("link", "", {"rel": "related", "href": address})
        if item["summary"]:
            language, text = item["summary"]
            handler.addQuickElement("summary", text, {"type": "text", "xml:lang": language})
        if item["category"]:
            language, slug, name = item["category"]
            handler.addQuickElement("category", "", {"term": slug, "label": name, "xml:lang": language})
