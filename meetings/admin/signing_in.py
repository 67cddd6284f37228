"""Signing in, which the audit log keeps: that it was done, and that it was refused."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError

from meetings.audit import Actor, record, remote_address
from meetings.models import Act, User


class SignInForm(AdminAuthenticationForm):
    def clean(self) -> Any:
        try:
            cleaned = super().clean()
        except ValidationError:
            self.keep(Act.SIGN_IN_REFUSED, None)
            raise
        self.keep(Act.SIGNED_IN, self.get_user())
        return cleaned

    def keep(self, act: Act, user: Any) -> None:
        name = str(self.cleaned_data.get("username", ""))[:150]
        known = user if isinstance(user, User) else None
        record(Actor(known, name, remote_address(self.request) if self.request else ""), act)


admin.site.login_form = SignInForm
