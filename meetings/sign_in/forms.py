"""Forms of signing in."""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from meetings.models import SecondFactor, User
from meetings.sign_in.attempts import TooManyAttemptsError
from meetings.sign_in.backend import MAX_NAME_LENGTH, BusyError, begin_password_attempt, check_own_password
from meetings.sign_in.passkeys import can_use_passkeys
from meetings.sign_in.second_factors import check_second_factor

CODE_ATTRIBUTES = {"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none"}
NO_CODE = _("Enter the code of your authenticator app, or a recovery code.")
NO_PASSKEY = _("Use your passkey, or enter a recovery code.")
WRONG_PASSWORD = _("This is not your password. Check it and enter it again.")


class SignInForm(AdminAuthenticationForm):
    """Name and password. `seconds` is how long to wait after too many failures or while others sign in, or None."""

    seconds: int | None = None

    def clean(self) -> Any:
        """Django does not authenticate if the name or the password is empty. We count that like a wrong password."""
        try:
            name = str(self.cleaned_data.get("username") or "")
            if not (name and self.cleaned_data.get("password")):
                begin_password_attempt(self.request, name[:MAX_NAME_LENGTH]).fail()
            return super().clean()
        except (TooManyAttemptsError, BusyError) as error:
            self.seconds = error.seconds
            raise


class NewPasswordForm(SetPasswordForm):
    """Set a password, and save nothing else: the account may have lost rights since the request began."""

    def set_password_and_save(self, user: Any, *fields: Any, **options: Any) -> Any:
        super().set_password_and_save(user, *fields, **(options | {"commit": False}))
        user.save(update_fields=["password"])
        return user


class OwnPasswordForm(NewPasswordForm, PasswordChangeForm):
    """Change one's password. The old one is checked with the limits of signing in."""

    request: HttpRequest

    def clean_old_password(self) -> str:
        old = str(self.cleaned_data["old_password"])
        if not check_own_password(self.request, old):
            raise ValidationError(WRONG_PASSWORD, code="password_incorrect")
        return old


class ConfirmForm(forms.Form):
    """Sign in again: the password of the user who is signed in, and their second step if they have one.

    `kinds` are those of their second factors. As when they sign in, a code of their app, a passkey or a recovery code
    is enough. The browser fills in the answer of a passkey if both codes are left empty. `used` is what they used.
    """

    confirm_password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    confirm_code = forms.CharField(label=_("Code of your authenticator app"), max_length=20, required=False)
    confirm_answer = forms.CharField(max_length=20_000, required=False, widget=forms.HiddenInput)
    confirm_recovery = forms.CharField(label=_("Recovery code"), max_length=60, required=False)
    used = ""

    def __init__(self, request: HttpRequest, account: User, kinds: set[str], data: Any = None) -> None:
        super().__init__(data)
        self.request, self.account = request, account
        self.has_app = SecondFactor.Kind.APP in kinds
        self.asks_passkey = SecondFactor.Kind.PASSKEY in kinds and can_use_passkeys(request)
        instead = {"data-instead-of-passkey": True}
        self.fields["confirm_code"].widget.attrs |= CODE_ATTRIBUTES | {"inputmode": "numeric"} | instead
        self.fields["confirm_recovery"].widget.attrs |= CODE_ATTRIBUTES | instead
        asked = {"confirm_code": self.has_app, "confirm_answer": self.asks_passkey, "confirm_recovery": bool(kinds)}
        for name, is_asked in asked.items():
            if not is_asked:
                del self.fields[name]

    def clean_confirm_password(self) -> str:
        password = str(self.cleaned_data["confirm_password"])
        if not check_own_password(self.request, password):
            raise ValidationError(WRONG_PASSWORD, code="password_incorrect")
        return password

    def clean(self) -> Any:
        """Check the second step, once the password is right."""
        cleaned = self.cleaned_data
        if self.errors or "confirm_recovery" not in self.fields:
            return cleaned
        answers = {name: cleaned.get(f"confirm_{name}", "") for name in ("recovery", "code", "answer")}
        entered = next(({name: answer} for name, answer in answers.items() if answer), None)
        if entered is None:
            raise ValidationError(NO_CODE if self.has_app else NO_PASSKEY, code="second_factor")
        self.used = check_second_factor(self.request, self.account, **entered)
        if not self.used:
            raise ValidationError(_("Your second step was not right. Try again."), code="second_factor")
        return cleaned


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
