"""What the screens around publishing have in common."""

from http import HTTPStatus
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString

from agenda.drafts import Subject
from meetings.answers import html_path


def show(
    desk: ModelAdmin,
    request: HttpRequest,
    subject: Subject,
    template: str,
    title: str,
    *,
    status: int = HTTPStatus.OK,
    **context: Any,
) -> HttpResponse:
    """A screen of the admin about one meeting or topic."""
    facts = desk.admin_site.each_context(request) | {"opts": desk.opts, "subject": subject, "title": title}
    return render(request, f"admin/agenda/{template}", facts | context, status=status)


def address_in(desk: ModelAdmin, name: str, *arguments: Any) -> str:
    return reverse(admin_urlname(desk.opts, SafeString(name)), args=arguments)


def go_to(desk: ModelAdmin, name: str, *arguments: Any) -> HttpResponse:
    return HttpResponseRedirect(address_in(desk, name, *arguments))


def public_path(address: str) -> str:
    return html_path(address, "en")
