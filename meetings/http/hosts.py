"""The hosts of the site: one of editors, and the others of readers."""

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port


def is_editors_host(request: HttpRequest) -> bool:
    """Return whether the request is to the editors' host. A site on one machine only has one host for everybody."""
    return not settings.EDITORS_HOST or split_domain_port(request.get_host())[0] == settings.EDITORS_HOST
