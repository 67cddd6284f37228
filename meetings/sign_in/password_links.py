"""Links with which a person sets their own password. A link works once, for PASSWORD_RESET_TIMEOUT seconds.

Django signs it with the present password, the email address and the time of the last sign-in, so a new one ends it. So
do new rights, and a link that an administrator created works only while they may change the account (decision 30).
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from meetings.access import can_change_account, can_sign_in, get_assignable_roles
from meetings.access.decisions import load_grants
from meetings.models import PasswordRequest, User

MAX_NAME_LENGTH = 254
WAITS_FOR = dt.timedelta(hours=1)


class LinkTokens(PasswordResetTokenGenerator):
    """The signatures of links, which depend on the rights of the account, and on the administrator who creates one."""

    def __init__(self, creator: User | None = None) -> None:
        super().__init__()
        self.creator = creator

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        grants = [(grant.configuration, grant.language, sorted(grant.permissions)) for grant in load_grants(user)]
        # Django joins the time to the email address, so that one address could make another time of it.
        more = (timestamp, user.is_superuser, grants, self.creator.pk if self.creator else None)
        return f"{super()._make_hash_value(user, timestamp)} {more}"

    def check_token(self, user: Any, token: str | None) -> bool:
        return super().check_token(user, token) and (self.creator is None or may_create_link(self.creator, user))


def may_create_link(creator: User, account: User) -> bool:
    may_change_accounts = can_sign_in(creator) and creator.has_perm("meetings.change_user")
    return may_change_accounts and can_change_account(creator, account)


def can_send_mail() -> bool:
    """Return False on a site for others without a mail server: mails must not go into its log."""
    return bool(settings.EMAIL_HOST) or not settings.SERVES_ELSEWHERE


def can_mail_link(account: User) -> bool:
    """Return whether a link may go to the account's email address.

    It may not if only superusers may change the account, and neither one of them nor the person has entered or
    confirmed the address: an administrator may have entered one of their own.
    """
    of_superusers = account.is_superuser or account.memberships.exclude(role__in=get_assignable_roles()).exists()
    return bool(account.email) and (account.is_email_confirmed or not of_superusers)


def build_password_path(user: User, creator: User | None = None) -> str:
    """Return the path at which the user sets their password. `creator` is the administrator who gives it to them."""
    keys = f"{user.pk}.{creator.pk}" if creator else f"{user.pk}"
    return reverse(
        "set-password", args=[urlsafe_base64_encode(force_bytes(keys)), LinkTokens(creator).make_token(user)]
    )


def find_people(keys: str) -> tuple[User | None, LinkTokens]:
    """Return the account of a link, None if there is none, and what checks its signature. `keys` is from its path."""
    try:
        account, *creators = (int(key) for key in urlsafe_base64_decode(keys).decode("ascii").split("."))
        users = User.objects.in_bulk([account, *creators])
    except (ValueError, OverflowError):
        return None, LinkTokens()
    is_complete = len(creators) < 2 and len(users) == len({account, *creators})
    return (users[account] if is_complete else None), LinkTokens(*(users.get(key) for key in creators[:1]))


def request_link(name: str) -> None:
    """Ask for a mail with a link, for the account with this name or email address, if there is one."""
    PasswordRequest.objects.create(name=name[:MAX_NAME_LENGTH], at=timezone.now())


def take_requests() -> list[User]:
    """Return the users who asked for a link, and delete the requests, also those that fit no account."""
    requests = list(PasswordRequest.objects.select_for_update(skip_locked=True)[:100])
    users: dict[int, User] = {}
    for request in requests:
        if timezone.now() - request.at < WAITS_FOR:
            by_name = Q(username=request.name) | (Q(email__iexact=request.name) & ~Q(email=""))
            users |= {user.pk: user for user in User.objects.filter(by_name, is_active=True, is_staff=True)}
    PasswordRequest.objects.filter(pk__in=[request.pk for request in requests]).delete()
    return [user for user in users.values() if can_mail_link(user)]


def end_all_links(now: dt.datetime) -> int:
    """End all links that were created so far, and delete the requests for others. Return the number of requests.

    A link depends on the second of the last sign-in, which moves on by one. Before the first sign-in, it depends on the
    random text that stands for no password. Somebody with a password who has never signed in counts as signed in now.
    """
    for user in User.objects.filter(last_login=None):
        if user.has_usable_password():
            user.last_login = now
        else:
            user.set_unusable_password()
        user.save(update_fields=["last_login", "password"])
    User.objects.filter(last_login__lt=now).update(last_login=F("last_login") + dt.timedelta(seconds=1))
    number, _by_model = PasswordRequest.objects.all().delete()
    return number
