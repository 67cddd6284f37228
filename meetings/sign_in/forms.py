"""Forms of signing in."""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from meetings.access.audit import Actor
from meetings.http.networks import get_network
from meetings.sign_in.attempts import TooManyAttemptsError, begin_attempt
from meetings.sign_in.backend import MAX_NAME_LENGTH, BusyError, check_own_password

WRONG_PASSWORD = _("This is not your password. Check it and enter it again.")


class SignInForm(AdminAuthenticationForm):
    """Name and password. `seconds` is how long to wait after too many failures or while others sign in, or None."""

    seconds: int | None = None

    def clean(self) -> Any:
        """Django does not authenticate if the name or the password is empty. We count that like a wrong password."""
        try:
            if not (self.cleaned_data.get("username") and self.cleaned_data.get("password")):
                self.refuse_empty()
            return super().clean()
        except (TooManyAttemptsError, BusyError) as error:
            self.seconds = error.seconds
            raise

    def refuse_empty(self) -> None:
        name = str(self.cleaned_data.get("username") or "")[:MAX_NAME_LENGTH]
        remote = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        begin_attempt("password", name, get_network(remote), Actor(None, name, remote), user_name=name).fail()


class OwnPasswordForm(PasswordChangeForm):
    """Change one's password. The old one is checked with the limits of signing in."""

    request: HttpRequest

    def clean_old_password(self) -> str:
        old = str(self.cleaned_data["old_password"])
        if not check_own_password(self.request, old):
            raise ValidationError(WRONG_PASSWORD, code="password_incorrect")
        return old


class ConfirmForm(forms.Form):
    """Sign in again: the password of the user who is signed in."""

    confirm_password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, request: HttpRequest, data: Any = None) -> None:
        super().__init__(data)
        self.request = request

    def clean_confirm_password(self) -> str:
        password = str(self.cleaned_data["confirm_password"])
        if not check_own_password(self.request, password):
            raise ValidationError(WRONG_PASSWORD, code="password_incorrect")
        return password


CODE_ATTRIBUTES = {"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none"}


class AppCodeForm(forms.Form):
    code = forms.CharField(
        label=_("Six-digit code"),
        max_length=20,
        widget=forms.TextInput(attrs=CODE_ATTRIBUTES | {"inputmode": "numeric", "autofocus": True}),
    )


class RecoveryCodeForm(forms.Form):
    recovery = forms.CharField(
        label=_("Recovery code"), max_length=60, widget=forms.TextInput(attrs=CODE_ATTRIBUTES | {"autofocus": True})
    )


class PasskeyForm(forms.Form):
    """The answer of the browser, which `static/js/office/passkey.js` fills in."""

    answer = forms.CharField(max_length=20_000, widget=forms.HiddenInput)


class NewPasskeyForm(PasskeyForm):
    name = forms.CharField(
        label=_("Name of the passkey"),
        max_length=60,
        initial=_("My passkey"),
        help_text=_("So that you recognise it later, for example “Office laptop”."),
    )


class ForgottenPasswordForm(forms.Form):
    name = forms.CharField(
        label=_("User name or email address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
