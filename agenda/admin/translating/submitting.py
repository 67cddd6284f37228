"""The way on from the desk: where a translation is submitted."""

from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from agenda.drafts import Subject


def way_to_submit(subject: Subject, language: str) -> str:
    """The address of the screen where the translation is submitted; empty as long as the admin has none."""
    try:
        return reverse(admin_urlname(subject._meta, SafeString("submit_translation")), args=[subject.pk, language])
    except NoReverseMatch:
        return ""
