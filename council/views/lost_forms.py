"""The answer to forms with a wrong CSRF token where people sign in. The public site has no admin to import."""

from django.http import HttpRequest, HttpResponse

from agenda.dashboard.site import refuse_lost_form
from council.views.errors import csrf_failure


def refuse_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Lead a form of the admin to sign-in and back, or say that nothing was done. Others get the error page."""
    return refuse_lost_form(request) or csrf_failure(request, reason)
