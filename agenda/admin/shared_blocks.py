"""The screens of shared blocks: a list, a form for one, and where it is used, with the notes to update."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import to_builtins

from agenda.admin.approvals import describe_lost_approvals, get_approved_languages
from agenda.admin.part_forms import ContactForm, LinkForm, NoticeForm, PartForm, TextForm, are_valid
from agenda.admin.permissions import read_posted_number, require_reading
from agenda.dashboard.admin_urls import admin_url
from agenda.documents.checks import format_names
from agenda.editor.shared_blocks import (
    BlockUse,
    FoundUses,
    Owner,
    delete_block,
    describe_content,
    explain_who_can_change,
    find_uses,
    get_content,
    may_change_block,
    may_update,
    require_block_right,
    save_block,
    select_blocks,
    update_owners,
)
from agenda.editor.templates import ChangedMeanwhile
from agenda.models import BackgroundTopic, BlockKind, MeetingTemplate, SharedBlock
from agenda.workflow.drafts import Subject
from agenda.workflow.errors import WorkflowError
from agenda.workflow.states import WorkflowState, load_states
from meetings.access import NotAllowed, Right, format_whom_to_ask, get_configurations_with_right
from meetings.access.audit import Actor
from meetings.clock import get_instant
from meetings.models import Meeting

PAGE_SIZE = 25
MAX_UPDATED = 20  # meetings and topics with one click: a long one takes two seconds
OWNER_NAMES: dict[type[Owner], str] = {Meeting: "meeting", BackgroundTopic: "topic", MeetingTemplate: "template"}
"""The names of the boxes that are ticked, by what is updated."""
CONTENT_FORMS: dict[str, Any] = {
    BlockKind.CONTACT: ContactForm,
    BlockKind.LINK: LinkForm,
    BlockKind.NOTICE: NoticeForm,
    BlockKind.TEXT: TextForm,
}


class BlockForm(forms.ModelForm):
    """Name, configuration and language. The last two are chosen once, since rights and uses follow from them."""

    number = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = SharedBlock
        fields = ("name", "desk", "language")

    def __init__(self, by: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].label = _("Name for colleagues")
        if not self.instance._state.adding:
            del self.fields["desk"], self.fields["language"]
            return
        desk: Any = self.fields["desk"]
        user: Any = by.user
        desk.queryset = get_configurations_with_right(user, Right.PUBLISH)
        desk.empty_label = _("All configurations")
        desk.help_text = _("Only publishers of all configurations can add a block for all of them.")
        if not may_change_block(by, None):
            desk.required, desk.empty_label = True, None


def read_contents(form: forms.BaseForm) -> dict[str, Any]:
    """Return the text of a valid form as the content of a block."""
    names = form.list_columns() if isinstance(form, PartForm) else list(form.fields)
    values: dict[str, Any] = to_builtins({name: form.cleaned_data[name] for name in names})
    return values


def list_all_blocks(request: HttpRequest) -> HttpResponse:
    """List a page of the blocks with their texts, and how many coming meetings contain them."""
    require_reading(request)
    page = Paginator(select_blocks(with_earlier=True), PAGE_SIZE).get_page(request.GET.get("page"))
    blocks = list(page.object_list)
    uses = find_uses(blocks, timezone.localdate())
    by_block = uses.by_block
    rows = [
        {
            "block": block,
            "text": describe_content(get_content(block)),
            "version": block.versions.all()[0],
            "uses": len(by_block[block.pk]),
            "outdated": sum(use.is_outdated for use in by_block[block.pk]),
        }
        for block in blocks
    ]
    may_add = get_configurations_with_right(request.user, Right.PUBLISH).exists()
    context = {"rows": rows, "page": page, "kinds": BlockKind, "may_add": may_add}
    return show(request, "list.html", _("Shared blocks"), not_searched=format_not_searched(uses), **context)


def format_not_searched(uses: FoundUses) -> str:
    """Name the notes that were not searched; return an empty string if all were."""
    return format_names([str(subject) for subject in uses.not_searched])


def add_block(request: HttpRequest) -> HttpResponse:
    """Show an empty form for a block of `?kind=`, and save it."""
    require_reading(request)
    kind = request.GET.get("kind", BlockKind.CONTACT)
    if not get_configurations_with_right(request.user, Right.PUBLISH).exists():
        raise NotAllowed(f"{_('Only publishers can add shared blocks.')} {format_whom_to_ask(Right.PUBLISH)}")
    if kind not in BlockKind:
        raise Http404
    block = SharedBlock(kind=kind)
    return edit(request, block, _("Add a shared block: %s") % BlockKind(kind).label)


def show_block(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Show the text of a block and where it is used. Save a new text, delete the block, or update the ticked notes."""
    require_reading(request)
    block = select_blocks(with_earlier=True).filter(pk=object_id).first()
    if block is None:
        raise Http404
    if "update" in request.POST:
        return update_notes(request, block)
    if "delete" in request.POST:
        try:
            delete_block(block, by=Actor.from_request(request), number=read_posted_number(request, "number"))
        except ChangedMeanwhile as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.path)
        messages.success(request, _("Deleted the shared block “%s”. Notes keep their texts.") % block)
        return HttpResponseRedirect(reverse("shared-blocks"))
    return edit(request, block, str(block))


def edit(request: HttpRequest, block: SharedBlock, title: str) -> HttpResponse:
    by, is_new = Actor.from_request(request), block._state.adding
    if request.method == "POST" and not is_new:
        require_block_right(by, block.desk)
    data = request.POST or None
    form = BlockForm(by, data, instance=block, initial={"number": block.number})
    content = CONTENT_FORMS[block.kind](data, prefix="content", initial={} if is_new else get_content(block))
    problem = ""
    if request.POST and are_valid([form, content]):
        try:
            has_changed = save_block(
                form.save(commit=False), read_contents(content), by=by, number=form.cleaned_data["number"]
            )
        except ChangedMeanwhile as error:
            problem = _("%s Open this page in another tab to see it, then copy what you need.") % error
        except NotAllowed as error:
            form.add_error("desk", str(error))
        except WorkflowError as error:
            problem = str(error)
        else:
            messages.success(request, describe_save(block, has_changed=has_changed and not is_new))
            return HttpResponseRedirect(reverse("shared-block", args=[block.pk]))
    elif request.POST:
        problem = _("Nothing was saved yet. Correct the fields that are marked.")
    context: dict[str, Any] = {"form": form, "content": content, "shared": block, "problem": problem, "is_new": is_new}
    context["may_change"] = is_new or may_change_block(by, block.desk)
    context["who_can_change"] = "" if context["may_change"] else explain_who_can_change(block.desk)
    if not is_new:
        with_past = "past" in request.GET
        uses = find_uses([block], timezone.localdate(), with_past=with_past)
        rows = build_use_rows(by, uses.by_block[block.pk], get_instant(request))
        context |= {
            "with_past": with_past,
            "not_searched": format_not_searched(uses),
            "tick_all": "all" in request.GET,
            "outdated": (outdated := [row for row in rows if row["use"].is_outdated]),
            "may_update_any": any(row["may_update"] for row in outdated),
            "current": [row for row in rows if not row["use"].is_outdated],
            "versions": [(version, describe_content(version.content)) for version in block.versions.all()],
            "text": describe_content(get_content(block)),
        }
    return show(request, "block.html", title, **context)


def describe_save(block: SharedBlock, *, has_changed: bool) -> str:
    if has_changed:
        return _("Saved. No note has changed: choose below which ones get the new text.")
    return _("Saved the shared block “%s”.") % block


def build_use_rows(by: Actor, uses: Sequence[BlockUse], now: dt.datetime) -> list[dict[str, Any]]:
    """Describe each use, with the state of its meeting or topic. Withdrawn ones are not ticked with all others."""
    today = timezone.localdate()
    rows = []
    kinds: tuple[type[Subject], ...] = (Meeting, BackgroundTopic)
    found = [load_states(kind, [use.owner.pk for use in uses if isinstance(use.owner, kind)], now) for kind in kinds]
    states = {key: WorkflowState(row) for rows_by_key in found for key, row in rows_by_key.items()}
    for use in uses:
        state = states.get(use.owner.pk)  # a template has none
        is_past = isinstance(use.owner, Meeting) and use.owner.end_date is not None and use.owner.end_date < today
        rows.append(
            {
                "use": use,
                "owner": use.owner,
                "url": get_owner_url(use.owner),
                "name": OWNER_NAMES[type(use.owner)],
                "is_past": is_past,
                "may_update": may_update(by, use.owner),
                "states": state.get_labels() if state else [],
                "is_withdrawn": state is not None and state.is_withdrawn,
            }
        )
    return rows


def get_owner_url(owner: Owner) -> str:
    if isinstance(owner, MeetingTemplate):
        return reverse("template", args=[owner.pk])
    return admin_url(owner, "change")


def update_notes(request: HttpRequest, block: SharedBlock) -> HttpResponse:
    """Save new drafts of the ticked meetings and topics, and the ticked templates, and say what to do next."""
    by, now = Actor.from_request(request), get_instant(request)
    chosen = {name: parse_ids(request.POST.getlist(name)) for name in OWNER_NAMES.values()}
    meetings = Meeting.objects.select_related("configuration").filter(pk__in=chosen["meeting"]).order_by("start_date")
    topics = BackgroundTopic.objects.filter(pk__in=chosen["topic"]).order_by("title")
    ticked: list[Subject] = [*meetings, *topics]
    subjects = ticked[:MAX_UPDATED]
    templates = list(MeetingTemplate.objects.select_related("configuration").filter(pk__in=chosen["template"]))
    here = HttpResponseRedirect(f"{request.path}{'?past' if 'past' in request.GET else ''}")
    if not subjects and not templates:
        messages.error(request, _("Nothing was changed, because you ticked no note."))
        return here
    approved = {subject.pk: get_approved_languages(subject) for subject in subjects}
    try:
        result = update_owners(block, subjects, templates, by=by, number=read_posted_number(request, "number"))
    except ChangedMeanwhile as error:
        messages.error(request, _("%s Nothing was changed. Check the new text.") % error)
        return here
    for problem in result.problems:
        messages.error(request, problem)
    drafts = [owner for owner in result.saved if not isinstance(owner, MeetingTemplate)]
    if result.saved:
        messages.success(request, describe_update(block, result.saved, drafts))
    if len(ticked) > MAX_UPDATED:
        messages.warning(
            request, _("At most %d notes are updated with one click. Update the others now.") % MAX_UPDATED
        )
    for draft in drafts:
        if message := describe_lost_approvals(draft, approved[draft.pk], now):
            messages.warning(request, f"{draft}: {message}")
    return here


def parse_ids(typed: list[str]) -> set[UUID]:
    found = set()
    for each in typed:
        try:
            found.add(UUID(each))
        except ValueError:
            raise Http404 from None
    return found


def describe_update(block: SharedBlock, saved: Any, drafts: list[Meeting | BackgroundTopic]) -> str:
    message = _("The new text of “%(block)s” is in: %(names)s.") % {
        "block": block,
        "names": get_text_list([str(owner) for owner in saved], _("and")),
    }
    if not drafts:
        return message
    first, *others = drafts
    url = admin_url(first, "submit", **({"with": [other.pk for other in others]} if others else {}))
    link = ngettext("Submit this draft for approval", "Submit these drafts for approval", len(drafts))
    return format_html('{} <a href="{}">{}</a>', message, url, link)


def show(request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    context = admin.site.each_context(request) | {"title": title} | context
    return render(request, f"admin/agenda/shared_blocks/{template}", context)


urlpatterns = [
    path("", admin.site.admin_view(list_all_blocks), name="shared-blocks"),
    path("add/", admin.site.admin_view(add_block), name="shared-block-add"),
    path("<uuid:object_id>/", admin.site.admin_view(show_block), name="shared-block"),
]
