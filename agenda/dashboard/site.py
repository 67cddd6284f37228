"""The admin site of the press office: warnings on every page, the dashboard, and explained refusals."""

from collections.abc import Mapping, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.dashboard.dashboard import Dashboard, build_alarms
from agenda.models import BackgroundTopic, Release
from agenda.workflow.states import format_to_the_minute
from meetings.access import NotAllowed, Right, describe_administrators, has_right
from meetings.clock import InvalidTimeError, get_instant, parse_instant
from meetings.models import Meeting, User
from meetings.sign_in.sessions import get_seconds_left
from meetings.sign_in.views import SignInView

FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
UNSAVED_PARAMETER = "unsaved"
"""Query parameter of the sign-in page: when a form was sent after the session had ended."""


MAIN_MODELS = (Meeting, BackgroundTopic, Release)
"""The lists that the header names. Those of other models are in its menu."""


class MenuEntry(NamedTuple):
    """A link in the header. `is_current` says whether it leads to the page shown, or to the list above it."""

    label: str
    url: str
    is_current: bool


class PressOfficeAdminSite(AdminSite):
    index_title = gettext_lazy("Your work")
    enable_nav_sidebar = False  # its few links are in the header; the lists need the width

    def get_urls(self) -> list[Any]:
        """Leave out Django's redirects to any row of any table (`/admin/r/…`), which our models do not use."""
        return [pattern for pattern in super().get_urls() if getattr(pattern, "name", "") != "view_on_site"]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add the alarms, in one query, for users who may read the agendas."""
        context = super().each_context(request)
        if self.has_permission(request) and has_right(request.user, Right.VIEW):
            context["alarms"], context["has_more_alarms"] = build_alarms(get_instant(request))
        if self.has_permission(request):
            context["help_url"] = build_help_url(request)
            context["session_left"] = get_seconds_left(request.session)
            context["menu"] = build_menu(request, self, context["available_apps"])
        return context

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Sign out, and let the browser forget what the note editor has stored: texts under embargo."""
        response = super().logout(request, extra_context)
        if request.method == "POST":
            response.headers["Clear-Site-Data"] = '"storage"'
        return response

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        user, context = request.user, dict(extra_context or {})
        if isinstance(user, User) and has_right(user, Right.VIEW):
            context["dashboard"] = Dashboard(user, get_instant(request))
        elif isinstance(user, User) and not user.memberships.exists():
            context["no_role"] = describe_administrators()
        return super().index(request, context)

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> Any:
        """Lead to “Your work”: the header has all lists, so no page lists those of one app."""
        return HttpResponseRedirect(reverse("admin:index"))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Show refusals as a page with the reason, a link back, and whom to contact."""

        @wraps(view)
        def explained(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
            try:
                response: HttpResponse = view(request, *args, **options)
            except PermissionDenied as error:
                context = self.each_context(request) | {
                    "title": _("Not allowed"),
                    "message": explain_refusal(error),
                }
                return render(request, "admin/forbidden.html", context, status=HTTPStatus.FORBIDDEN)
            return response

        guarded = super().admin_view(explained, cacheable)

        @wraps(guarded)
        def wrapped(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
            response: HttpResponse = guarded(request, *args, **options)
            is_lost = request.method == "POST" and not request.user.is_authenticated
            if is_lost and response.get("Location", "").startswith(reverse("admin:login")):
                return redirect_to_sign_in(request)
            return response

        return wrapped

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Ask for name and password. The parameter `again` shows the form to users who are signed in.

        Warn that a form sent after the session had ended was not saved, here and again after signing in.
        """
        if request.method == "GET" and self.has_permission(request) and "again" not in request.GET:
            return HttpResponseRedirect(reverse("admin:index"))
        unsaved = build_unsaved_message(request)
        context = {
            **self.each_context(request),
            "title": _("Sign in"),
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            UNSAVED_PARAMETER: unsaved,
            **(extra_context or {}),
        }
        view: Any = SignInView.as_view(extra_context=context, message=unsaved)
        response: HttpResponse = view(request)
        return response


def explain_refusal(error: PermissionDenied) -> str:
    """Return why something is refused and whom to ask. A missing right says so itself."""
    if isinstance(error, NotAllowed):
        return str(error)
    contact = _("Contact %s.") % describe_administrators()
    return f"{str(error) or _('You do not have permission to do this.')} {contact}"


def refuse_lost_form(request: HttpRequest) -> HttpResponse | None:
    """Answer a form that was sent without a valid token, because its user signed out or in again since.

    Return None for a request that is no form of the admin. A script gives back what was typed.
    """
    is_form = request.content_type in FORM_TYPES and request.path.startswith(reverse("admin:index"))
    if not is_form or request.path == reverse("admin:login"):
        return None
    if request.path == reverse("admin:logout"):
        return HttpResponseRedirect(reverse("admin:index"))
    if not admin.site.has_permission(request):
        return redirect_to_sign_in(request)
    context = admin.site.each_context(request) | {"title": _("Not saved"), "back": request.get_full_path()}
    return render(request, "admin/lost_form.html", context, status=HTTPStatus.FORBIDDEN)


def redirect_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirect to the sign-in page, which says that the form was not saved, and leads back to the page of the form."""
    sent_at = get_instant(request).isoformat(timespec="seconds")
    parameters = urlencode({"next": request.get_full_path(), UNSAVED_PARAMETER: sent_at}, safe="/")
    return HttpResponseRedirect(f"{reverse('admin:login')}?{parameters}")


def build_menu(request: HttpRequest, site: AdminSite, apps: Sequence[Mapping[str, Any]]) -> dict[str, list[MenuEntry]]:
    """Build the menu of the header: `main`, and `more` with what is opened less often.

    Together they have all lists that the user may see. `apps` is the list of Django's admin.
    """
    lists = {model["model"]: model for app in apps for model in app["models"] if model["admin_url"]}
    home = reverse("admin:index")
    menu = {"main": [MenuEntry(_("Your work"), home, request.path == home)], "more": []}

    def add(name: str, label: Any, url: str) -> None:
        menu[name].append(MenuEntry(str(label), url, request.path.startswith(url)))

    for model in (*MAIN_MODELS, *(other for other in lists if other not in MAIN_MODELS)):
        if model in lists:
            label = getattr(site.get_model_admin(model), "list_title", lists[model]["name"])
            add("main" if model in MAIN_MODELS else "more", label, lists[model]["admin_url"])
    if has_right(request.user, Right.VIEW):
        add("main", _("Languages"), reverse("languages"))
        add("more", _("Templates"), reverse("templates"))
        add("more", _("Shared blocks"), reverse("shared-blocks"))
    if has_right(request.user, Right.TRAVEL):
        add("more", _("View the site at another time"), reverse("travel"))
    return menu


HELP_SECTIONS = {
    "index": "your-work",
    "find": "your-work",
    "meeting_add": "add-a-meeting",
    "backgroundtopic_add": "background-topics",
    "settings": "add-a-meeting",
    "history": "history",
    "compare": "history",
    "revision": "history",
    "restore": "history",
    "submit": "1-submit-it-for-approval",
    "review": "2-approve-it-or-send-it-back",
    "release": "3-publish-it-or-schedule-it",
    "release_changelist": "change-a-scheduled-publication",
    "release_change": "change-a-scheduled-publication",
    "move": "change-a-scheduled-publication",
    "hold": "change-a-scheduled-publication",
    "resume": "change-a-scheduled-publication",
    "call_off": "change-a-scheduled-publication",
    "force": "publish-without-approval",
    "facts": "change-a-time-on-the-day",
    "withdraw": "withdraw-a-note",
    "rollback": "restore-the-previous-edition",
    "suppress": "remove-one-edition-from-the-site",
    "previews": "share-a-draft",
    "travel": "view-the-site-at-another-time",
    "languages": "translating",
    "translate": "translating",
    "submit_translation": "translating",
    "everywhere": "correct-a-name-in-all-languages",
    "your-sign-in": "sign-in",
    "set-up-factor": "sign-in",
    "user_changelist": "who-can-do-what",
    "group_changelist": "who-can-do-what",
}
"""The section of the guide about a screen, by the end of the name of its address."""


def build_help_url(request: HttpRequest) -> str:
    """Return the address of the guide, at the section about the screen that is shown."""
    name = (request.resolver_match.url_name if request.resolver_match else "") or ""
    fitting = [ending for ending in HELP_SECTIONS if name == ending or name.endswith(f"_{ending}")]
    section = HELP_SECTIONS[max(fitting, key=len)] if fitting else ""
    return reverse("help") + (f"#{section}" if section else "")


def build_unsaved_message(request: HttpRequest) -> str:
    """Build the warning that a form was not saved; empty if nothing was lost."""
    try:
        sent = parse_instant(request.GET.get(UNSAVED_PARAMETER, ""))
    except InvalidTimeError:
        return ""
    message = _(
        "Your session had ended, so what you sent at %s was not saved, and nothing was decided or published. If what "
        "you typed is not in the form again, your browser’s Back button may still show it, so that you can copy it."
    )
    return message % format_to_the_minute(sent, get_instant(request))
