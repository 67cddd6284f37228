"""URLs of admin screens."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.urls import reverse
from django.utils.safestring import SafeString


def admin_url(subject: Any, name: str, *arguments: Any, **query: Any) -> str:
    """Return the URL of the named admin screen of a meeting, topic or release."""
    url = reverse(admin_urlname(type(subject)._meta, SafeString(name)), args=[subject.pk, *arguments])
    query_string = urlencode(query, doseq=True)
    return f"{url}?{query_string}" if query_string else url
