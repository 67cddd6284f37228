"""Screens of signing in, of one's own second factors and sessions, and of passwords."""

from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.hashers import check_password
from django.contrib.auth.views import (
    INTERNAL_RESET_SESSION_TOKEN,
    LoginView,
    PasswordChangeView,
    PasswordResetConfirmView,
)
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from meetings.access import can_sign_in
from meetings.access.audit import Actor, record_account, record_act
from meetings.models import Act, SecondFactor, User, UserSession
from meetings.sign_in import authenticator_app, passkeys, recovery_codes
from meetings.sign_in.attempts import TooManyAttemptsError, begin_attempt, forget_attempts
from meetings.sign_in.backend import MAX_NAME_LENGTH
from meetings.sign_in.confirmation import ask_to_confirm
from meetings.sign_in.devices import find_device
from meetings.sign_in.forms import (
    AppCodeForm,
    ForgottenPasswordForm,
    NewPasskeyForm,
    NewPasswordForm,
    OwnPasswordForm,
    PasskeyForm,
    RecoveryCodeForm,
    SignInForm,
)
from meetings.sign_in.password_links import can_send_mail, find_people, request_link
from meetings.sign_in.pending import begin_sign_in, complete_sign_in, load_pending
from meetings.sign_in.second_factors import (
    APP,
    MAX_FACTORS,
    PASSKEY,
    RECOVERY,
    add_app,
    check_second_factor,
    forget_secret,
    keep_secret,
    list_factors,
    needs_second_factor,
    record_added,
    remove_factors,
)
from meetings.sign_in.sessions import (
    FACTOR,
    end_all_sessions,
    end_sessions,
    get_own_account,
    get_row_key,
    get_seconds_left,
    keep_only_this_session,
    list_sessions,
    lock_own_sessions,
    touch_session,
)

WRONG_CODE = gettext_lazy("This code is not right. Check it, or wait for the next one, and enter it again.")
SENT_TO_KNOWN_PEOPLE = gettext_lazy(
    "Too many links were asked for from here. If you have signed in from here within the last month, we send yours all "
    "the same. If you have not, try again in an hour, or ask an administrator for a link."
)


def show(request: HttpRequest, template: str, title: str, status: int = 200, **context: Any) -> HttpResponse:
    """Show a screen of signing in: a card without the menu, also to users who are signed in."""
    context = {"has_permission": False, **context}
    return render(
        request,
        f"admin/sign_in/{template}",
        admin.site.each_context(request) | {"title": title, **context},
        status=status,
    )


class SignInView(LoginView):
    """Ask for name and password. What follows decides whether the user is signed in (`meetings.sign_in.pending`)."""

    authentication_form = SignInForm
    template_name = "admin/login.html"
    next_page = "admin:index"
    message = ""

    def form_valid(self, form: Any) -> HttpResponse:
        return begin_sign_in(self.request, form.get_user(), self.get_success_url(), self.message)

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        if form.seconds:
            response.status_code, response["Retry-After"] = HTTPStatus.TOO_MANY_REQUESTS, str(form.seconds)
        return response


def protect(view: Any) -> Any:
    """Prepare a view that is open before signing in: never stored, and with a token against forged requests."""
    return never_cache(csrf_protect(sensitive_post_parameters()(view)))


def redirect_to_sign_in() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:login"))


@protect
def use_second_factor(request: HttpRequest) -> HttpResponse:
    """Ask a user whose password was right for their second factor, or for a recovery code."""
    pending = load_pending(request)
    if pending is None:
        return redirect_to_sign_in()
    kinds = {factor.kind for factor in list_factors(pending.user)}
    form, status = choose_form(request), HTTPStatus.OK
    if form.is_valid():
        try:
            used = check_second_factor(request, pending.user, **form.cleaned_data)
        except TooManyAttemptsError as error:
            form.add_error(None, error)
            status = HTTPStatus.TOO_MANY_REQUESTS
        else:
            if used == RECOVERY:
                recovery_codes.warn_of_used_code(request, pending.user)
            if used:
                return HttpResponseRedirect(complete_sign_in(request, pending, used))
            form.add_error(None, WRONG_CODE if "code" in form.fields else _("This did not work. Try again."))
    offers_passkey = SecondFactor.Kind.PASSKEY in kinds and passkeys.can_use_passkeys(request)
    options = passkeys.begin_use(request, pending.user) if offers_passkey else None
    return show(
        request,
        "second_factor.html",
        _("Second step"),
        status,
        form=form,
        kinds=kinds,
        with_recovery=wants_recovery(request),
        options=options,
    )


def choose_form(request: HttpRequest) -> Form:
    """Return the form that was sent, or an empty one of the kind that the user wants."""
    if request.method != "POST":
        return RecoveryCodeForm() if wants_recovery(request) else AppCodeForm()
    for form, name in ((PasskeyForm, "answer"), (RecoveryCodeForm, "recovery")):
        if name in request.POST:
            return form(request.POST)
    return AppCodeForm(request.POST)


def wants_recovery(request: HttpRequest) -> bool:
    return request.GET.get("with") == "recovery"


def find_setup_user(request: HttpRequest) -> User | None:
    """Return who may add a second factor: who is signed in, or has entered their password and has no factor yet."""
    if request.user.is_authenticated:
        return get_own_account(request)
    pending = load_pending(request)
    return pending.user if pending and not list_factors(pending.user) else None


@protect
def choose_factor(request: HttpRequest) -> HttpResponse:
    """Offer the kinds of second factors that can be set up."""
    user = find_setup_user(request)
    if user is None:
        return redirect_to_sign_in()
    return show(
        request,
        "choose_factor.html",
        _("Set up a second step"),
        is_compulsory=needs_second_factor(user),
        offers_passkey=passkeys.can_use_passkeys(request),
    )


def open_setup(view: Any) -> Any:
    """Prepare a view that adds a second factor: it gets the user, who has signed in again if they were signed in."""

    @protect
    @wraps(view)
    def opened(request: HttpRequest) -> HttpResponse:
        user = find_setup_user(request)
        if user is None:
            return redirect_to_sign_in()
        page = ask_to_confirm(request) if request.user.is_authenticated else None
        if page is None and len(list_factors(user)) >= MAX_FACTORS:
            messages.error(request, _("You have %d second steps. Remove one before you add another.") % MAX_FACTORS)
            return HttpResponseRedirect(reverse("your-sign-in"))
        return page or view(request, user)

    return opened


@open_setup
def set_up_app(request: HttpRequest, user: User) -> HttpResponse:
    """Show the QR code, and add the app once it has shown a right code."""
    secret = keep_secret(request, user)
    form = AppCodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if factor := add_app(user, secret, form.cleaned_data["code"]):
            forget_secret(request)
            return finish_setup(request, factor, APP)
        form.add_error("code", WRONG_CODE)
    url = authenticator_app.build_app_url(secret, user.get_username())
    return show(
        request,
        "set_up_app.html",
        _("Set up an authenticator app"),
        form=form,
        picture=authenticator_app.draw_qr_code(url),
        secret=authenticator_app.format_secret(secret),
    )


@open_setup
def set_up_passkey(request: HttpRequest, user: User) -> HttpResponse:
    """Let the browser make a passkey, and add it."""
    form = NewPasskeyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        factor = passkeys.complete_registration(request, user, **form.cleaned_data)
        if factor:
            return finish_setup(request, factor, PASSKEY)
        form.add_error(None, _("The passkey was not added. Try again."))
    options = passkeys.begin_registration(request, user) if passkeys.can_use_passkeys(request) else None
    return show(request, "set_up_passkey.html", _("Set up a passkey"), form=form, options=options)


def finish_setup(request: HttpRequest, factor: SecondFactor, kind: str) -> HttpResponse:
    """Record the new factor, sign the user in if they are not, and show recovery codes with the first factor."""
    user, pending = factor.user, load_pending(request)
    next_url = reverse("your-sign-in")
    with transaction.atomic():
        user.lock()
        if not request.user.is_authenticated and pending:
            next_url = complete_sign_in(request, pending, kind)
        elif not request.session.get(FACTOR):
            request.session[FACTOR] = kind
        record_added(Actor.from_request(request, user), factor)
        if user.recovery_codes.exists():
            messages.success(request, _("“%s” is set up.") % factor.name)
            return HttpResponseRedirect(next_url)
        codes = recovery_codes.renew_codes(user)
    return show(request, "recovery_codes.html", _("Your recovery codes"), codes=codes, next_url=next_url)


def show_own_sign_in(request: HttpRequest) -> HttpResponse:
    """Show the user's second factors and sessions."""
    user = get_own_account(request)
    return show(
        request,
        "own_sign_in.html",
        _("Sign-in and security"),
        has_permission=True,
        factors=list_factors(user),
        codes_left=recovery_codes.count_unused(user),
        is_compulsory=needs_second_factor(user),
        sessions=list_sessions(user),
        own_session=get_row_key(request.session),
    )


@require_POST
def renew_recovery_codes(request: HttpRequest) -> HttpResponse:
    if page := ask_to_confirm(request):
        return page
    user = get_own_account(request)
    if not list_factors(user):
        raise Http404
    codes = recovery_codes.renew_codes(user)
    record_account(Actor.from_request(request), Act.FACTOR_ADDED, user, kind="recovery", note=_("recovery codes"))
    return show(request, "recovery_codes.html", _("Your recovery codes"), codes=codes, next_url=reverse("your-sign-in"))


@require_POST
def remove_own_factor(request: HttpRequest, key: int) -> HttpResponse:
    """Remove one of the user's own factors, unless it is the last one and they need one."""
    if page := ask_to_confirm(request):
        return page
    user = get_own_account(request)
    with transaction.atomic():
        user.lock()
        factors = list_factors(user)
        chosen = [factor for factor in factors if factor.pk == key]
        if chosen and len(factors) == 1 and needs_second_factor(user):
            messages.error(request, _("You need a second step to sign in. Add another one before you remove this one."))
        elif chosen:
            remove_factors(Actor.from_request(request), user, chosen)
            if len(factors) == 1:  # somebody who gets a right that needs one must set one up, in each session
                request.session[FACTOR] = ""
                end_sessions(UserSession.objects.filter(user=user).exclude(pk=get_row_key(request.session)))
            messages.success(request, _("“%s” was removed.") % chosen[0].name)
    return HttpResponseRedirect(reverse("your-sign-in"))


@require_POST
def end_own_sessions(request: HttpRequest) -> HttpResponse:
    """End one of the user's sessions, or all others. This one ends with “Log out”."""
    if page := ask_to_confirm(request):
        return page
    rows = UserSession.objects.filter(user=request.user.pk).exclude(pk=get_row_key(request.session))
    if chosen := request.POST.get("session"):
        try:
            rows = rows.filter(pk=chosen)
        except (ValueError, ValidationError):
            raise Http404 from None
    if number := end_sessions(rows):
        record_act(Actor.from_request(request), Act.SESSION_ENDED, sessions=number)
        messages.success(request, _("The session has ended.") if number == 1 else _("%d sessions have ended.") % number)
    return HttpResponseRedirect(reverse("your-sign-in"))


@never_cache
def show_session(request: HttpRequest) -> HttpResponse:
    """Return how long this session lasts. With POST, the user says that they are still there."""
    if not request.user.is_authenticated:
        return JsonResponse({"signed_in": False})
    if request.method == "POST":
        touch_session(request)
    idle, rest = get_seconds_left(request.session)
    state = {"signed_in": True, "user": request.user.pk, "idle": idle, "rest": rest, "token": get_token(request)}
    return JsonResponse(state)


class OwnPasswordView(PasswordChangeView):
    """Change the password of the user who is signed in. Their other sessions end."""

    form_class = OwnPasswordForm
    template_name = "admin/sign_in/change_password.html"
    success_url = reverse_lazy("your-sign-in")

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.request = self.request
        return form

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        site = admin.site.each_context(self.request)
        return super().get_context_data(**context) | site | {"title": _("Change password")}

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            stored = User.objects.select_for_update(no_key=True).filter(pk=form.user.pk).first()
            old = form.cleaned_data["old_password"]
            if not (
                stored
                and can_sign_in(stored)
                and (stored.password == form.user.password or check_password(old, stored.password))
                and lock_own_sessions(self.request)
            ):
                logout(self.request)
                messages.error(
                    self.request,
                    _("Nothing was saved: your account was changed, or your session ended, just now. Sign in again."),
                )
                return HttpResponseRedirect(reverse("admin:login"))
            response = super().form_valid(form)
            keep_only_this_session(self.request)
            record_account(Actor.from_request(self.request), Act.PASSWORD_SET, form.user)
        messages.success(self.request, _("Your password is changed. Your other sessions have ended."))
        return response


class SetPasswordView(PasswordResetConfirmView):
    """Set a password with a link. All sessions of the account end. Its second factor stays."""

    form_class = NewPasswordForm
    template_name = "admin/sign_in/set_password.html"
    success_url = reverse_lazy("admin:login")
    title = ""

    @method_decorator(never_cache)
    @method_decorator(csrf_protect)
    def dispatch(self, *args: Any, **options: Any) -> Any:
        return super().dispatch(*args, **options)

    def get_user(self, uidb64: str) -> Any:
        user, self.token_generator = find_people(uidb64)
        return user if user and can_sign_in(user) else None

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        site = admin.site.each_context(self.request)
        return super().get_context_data(**context) | site | {"title": _("Set your password")}

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.user
        token = self.request.session.get(INTERNAL_RESET_SESSION_TOKEN)
        with transaction.atomic():
            user.lock()
            stored = self.get_user(self.kwargs["uidb64"])  # with its rights and those of the creator as they are now
            if not self.token_generator.check_token(stored, token):  # somebody has used the link at this moment
                self.validlink = False
                return self.render_to_response(self.get_context_data())
            response = super().form_valid(form)
            end_all_sessions(self.request, user)
            forget_attempts(user.get_username(), find_device(self.request, user.get_username()))
            record_account(Actor.from_request(self.request, user), Act.PASSWORD_SET, user, by="link")
        messages.success(self.request, _("Your password is set. Sign in with it."))
        return response


@protect
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """Send a link to set a new password by mail. The answer does not tell whether there is such an account."""
    form = ForgottenPasswordForm(request.POST if request.method == "POST" and can_send_mail() else None)
    is_sent, status = False, HTTPStatus.OK
    if form.is_valid():
        name, remote = form.cleaned_data["name"], request.META.get("REMOTE_ADDR", "")
        try:
            folded = name.upper().casefold()  # the database compares capitals, and that of “ı” is “I”
            actor, device = Actor(None, name[:MAX_NAME_LENGTH], remote), find_device(request, name)
            attempt = begin_attempt("password link", folded, actor, user_name=name, device=device)
            request_link(name if attempt.may_succeed else "")
            if attempt.refusal:
                raise attempt.refusal
            is_sent = True
        except TooManyAttemptsError as error:
            form.add_error(None, SENT_TO_KNOWN_PEOPLE if error.may_be_checked else error)
            status = HTTPStatus.TOO_MANY_REQUESTS
    return show(
        request,
        "forgotten_password.html",
        _("Forgotten password"),
        status,
        form=form,
        is_sent=is_sent,
        sends_mail=can_send_mail(),
    )
