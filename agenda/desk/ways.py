"""Addresses of the admin's screens."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.urls import reverse
from django.utils.safestring import SafeString


def way_to(subject: Any, name: str, *arguments: Any, **query: Any) -> str:
    """The address of the meeting's, topic's or release's screen with the name."""
    address = reverse(admin_urlname(type(subject)._meta, SafeString(name)), args=[subject.pk, *arguments])
    asked = urlencode(query, doseq=True)
    return f"{address}?{asked}" if asked else address
