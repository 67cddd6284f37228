"""The access of an account, as administrators manage it: a link to set the password, second factors, sessions."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.access import can_sign_in, is_superuser
from meetings.access.audit import Actor, record_account
from meetings.models import Act, User
from meetings.sign_in.password_links import build_password_path, can_mail_link, can_send_mail, request_link
from meetings.sign_in.second_factors import list_factors, needs_second_factor, remove_factors
from meetings.sign_in.sessions import end_all_sessions, list_sessions


def show_access(request: HttpRequest, site: Any, account: User) -> HttpResponse:
    """Show how the account signs in, and do what the administrator asked for.

    Call this in a transaction with the account locked, once the administrator may change it and has confirmed.
    """
    by, link = Actor.from_request(request), ""
    sends_mail = can_send_mail() and can_sign_in(account) and can_mail_link(account)
    if "mail" in request.POST and not sends_mail:
        messages.error(request, _("No link was sent, because the account has changed. What holds now is below."))
    elif "link" in request.POST or "mail" in request.POST:
        record_account(by, Act.PASSWORD_LINKED, account)
        if "mail" in request.POST:
            request_link(account.get_username())
            messages.success(request, _("A link will be sent to %s within a few minutes.") % account.email)
        else:
            assert isinstance(request.user, User)
            link = request.build_absolute_uri(build_password_path(account, request.user))
    elif "address" in request.POST and is_superuser(request.user):
        shown = User.objects.filter(pk=account.pk, email=request.POST["address"])
        if shown.update(is_email_confirmed=True):
            record_account(by, Act.ACCOUNT_CHANGED, account, changed=["is_email_confirmed"])
            messages.success(request, _("You confirmed the address %s.") % account.email)
        else:
            messages.error(request, _("The address is now %s. Confirm it if it is right.") % account.email)
    elif "remove" in request.POST:
        remove_factors(by, account, list_factors(account))
        end_all_sessions(request, account)
        messages.success(request, _("The second steps of “%s” were removed.") % account.get_username())
    elif "end" in request.POST:
        number = end_all_sessions(request, account)
        record_account(by, Act.SESSION_ENDED, account, sessions=number)
        messages.success(request, _("All sessions of “%s” have ended.") % account.get_username())
    if request.method == "POST" and not link:
        return HttpResponseRedirect(reverse("admin:auth_user_password_change", args=[account.pk]))
    context = site.each_context(request) | {
        "title": _("Access of %s") % (account.get_full_name() or account.get_username()),
        "account": account,
        "link": link,
        "has_password": account.has_usable_password(),
        "can_sign_in": can_sign_in(account),
        "sends_mail": sends_mail,
        "is_unconfirmed": account.email and not can_mail_link(account),
        "factors": list_factors(account),
        "is_compulsory": needs_second_factor(account),
        "sessions": list_sessions(account),
    }
    return render(request, "admin/meetings/user_access.html", context)  # never stored, as all pages of the admin
