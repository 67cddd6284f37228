"""URLs of admin screens."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.urls import reverse
from django.utils.safestring import SafeString

from agenda.documents.checks import Check
from agenda.workflow.document_checks import LANGUAGE_RULE


def admin_url(subject: Any, name: str, *arguments: Any, **query: Any) -> str:
    """Return the URL of the named admin screen of a meeting, topic or release."""
    url = reverse(admin_urlname(type(subject)._meta, SafeString(name)), args=[subject.pk, *arguments])
    query_string = urlencode(query, doseq=True)
    return f"{url}?{query_string}" if query_string else url


def check_url(subject: Any, check: Check) -> str:
    """Return the URL of the field that a check of the subject is about. The language rule has its own screen."""
    if check.member == LANGUAGE_RULE:
        return admin_url(subject, "languages")
    fragment = f"{check.id}.{check.member}" if check.member else check.id
    return f"{admin_url(subject, 'change')}#{fragment}"
