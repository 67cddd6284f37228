"""Signing in, and one's own password, which the audit log keeps: what was done, and what was refused."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.audit import Actor, record, record_account, remote_address
from meetings.models import Act, AuditEntry, User

MOST_NOTED = 60
"""How many refusals an hour the log takes of one network address: nobody can empty it, so nobody may fill it."""
MOST_NOTED_IN_ALL = 1000
"""The same of all addresses together, since somebody may have any number of them."""


class SignInForm(AdminAuthenticationForm):
    def clean(self) -> Any:
        """Django raises nothing where the name or the password is empty: only somebody who was found is in."""
        try:
            cleaned = super().clean()
        except ValidationError:
            self.note_refusal()
            raise
        user: Any = self.get_user()
        if isinstance(user, User):
            record(Actor(user, self.name, self.remote), Act.SIGNED_IN)
        else:
            self.note_refusal()
        return cleaned

    @property
    def name(self) -> str:
        return str(self.cleaned_data.get("username", ""))[:150]

    @property
    def remote(self) -> str:
        return remote_address(self.request) if self.request else ""

    def note_refusal(self) -> None:
        lately = AuditEntry.objects.filter(at__gt=timezone.now() - dt.timedelta(hours=1), act=Act.SIGN_IN_REFUSED)
        noted = lately.aggregate(in_all=Count("pk"), here=Count("pk", filter=Q(remote=self.remote)))
        room = min(MOST_NOTED - noted["here"], MOST_NOTED_IN_ALL - noted["in_all"])
        if room > 0:
            told = _("More followed, or may have: so many are kept within an hour.") if room == 1 else ""
            record(Actor(None, self.name, self.remote), Act.SIGN_IN_REFUSED, note=told)


@contextmanager
def noting_password(request: HttpRequest, account: User | None) -> Iterator[None]:
    """Keeps in the log that the account has another password afterwards, and never which."""
    with transaction.atomic():
        yield
        now = User.objects.filter(pk=account.pk).first() if account else None
        if account and now and now.password != account.password:
            more: dict[str, Any] = {} if now.has_usable_password() else {"disabled": True}
            record_account(Actor.of(request), Act.PASSWORD_SET, now, **more)


def change_password(request: HttpRequest) -> HttpResponse:
    """One's own."""
    own = User.objects.filter(username=request.user.get_username()).first()  # not the one that the form alters
    with noting_password(request, own):
        return admin.site.password_change(request)


admin.site.login_form = SignInForm
