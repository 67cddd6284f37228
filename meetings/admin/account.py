"""A user's own account: sign in, and change password and time zone. The audit log records each, and refusals."""

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

from meetings.access.audit import Actor, record_account, record_act
from meetings.models import Act, AuditEntry, User

MAX_REFUSALS_PER_ADDRESS = 60
"""Maximum of refusals per hour and network address in the audit log: nobody can empty it, so nobody may fill it."""
MAX_REFUSALS = 1000
"""Maximum of refusals per hour of all addresses together, since somebody may have any number of them."""


class SignInForm(AdminAuthenticationForm):
    def clean(self) -> Any:
        """Record the sign-in. Django raises no error for an empty name or password, so we check for a user."""
        try:
            cleaned = super().clean()
        except ValidationError:
            self.record_refusal()
            raise
        user: Any = self.get_user()
        if isinstance(user, User):
            record_act(Actor(user, self.name, self.remote), Act.SIGNED_IN)
        else:
            self.record_refusal()
        return cleaned

    @property
    def name(self) -> str:
        return str(self.cleaned_data.get("username", ""))[:150]

    @property
    def remote(self) -> str:
        return self.request.META.get("REMOTE_ADDR", "") if self.request else ""

    def record_refusal(self) -> None:
        last_hour = AuditEntry.objects.filter(at__gt=timezone.now() - dt.timedelta(hours=1), act=Act.SIGN_IN_REFUSED)
        noted = last_hour.aggregate(in_all=Count("pk"), here=Count("pk", filter=Q(remote=self.remote)))
        room = min(MAX_REFUSALS_PER_ADDRESS - noted["here"], MAX_REFUSALS - noted["in_all"])
        if room > 0:
            note = _("There may have been more attempts: the log has a maximum per hour.") if room == 1 else ""
            record_act(Actor(None, self.name, self.remote), Act.SIGN_IN_REFUSED, note=note)


@contextmanager
def record_password_change(request: HttpRequest, account: User | None) -> Iterator[None]:
    """Record that the account has another password after this context, and never the password itself."""
    with transaction.atomic():
        yield
        now = User.objects.filter(pk=account.pk).first() if account else None
        if account and now and now.password != account.password:
            more: dict[str, Any] = {} if now.has_usable_password() else {"disabled": True}
            record_account(Actor.from_request(request), Act.PASSWORD_SET, now, **more)


def change_password(request: HttpRequest) -> HttpResponse:
    """Change the password of the user who is signed in."""
    own = User.objects.filter(username=request.user.get_username()).first()  # not the instance that the form changes
    with record_password_change(request, own):
        return admin.site.password_change(request)


admin.site.login_form = SignInForm
