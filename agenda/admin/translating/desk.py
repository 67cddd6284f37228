"""The translation editor: a meeting or topic in one language, text by text beside the source."""

import re
from urllib.parse import quote

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.admin.screens import render_screen
from agenda.admin.translating.addressed import require_target_language
from agenda.admin.translating.rows import EditorInput, EditorTexts, format_key, parse_key
from agenda.desk.ways import admin_url
from agenda.drafts import Subject, build_draft
from agenda.translating import TextKey
from agenda.translations import SaveResult, TranslationInput, format_sent_back, get_readiness, save_translations
from meetings.audit import Actor
from meetings.clock import get_instant
from meetings.documents.text import InvalidDocument
from meetings.rights import Right, format_refusal, has_right, require_right
from meetings.vocabulary import Language

TEXT_PREFIX = "text-"
SOURCE_AND_FINGERPRINT = re.compile(r"([0-9a-f]{64}) ([0-9a-f]{64})")
TO_DO = "todo"


@require_target_language
def edit_translation(model_admin: ModelAdmin, request: HttpRequest, subject: Subject, language: str) -> HttpResponse:
    """Show all texts, or those to do. Save them, check them without saving, or apply a proposal.

    Users who may not translate into the language can read the texts.
    """
    if request.method == "POST":
        require_right(Actor.from_request(request), Right.TRANSLATE, subject, language)
    may_translate = has_right(request.user, Right.TRANSLATE, subject, language)
    now, inputs, result = get_instant(request), parse_inputs(request.POST), SaveResult()
    is_unsaved = bool({"check", "take"} & {*request.POST})
    try:
        if request.method == "POST" and not is_unsaved:
            result = save_translations(subject, language, inputs, by=Actor.from_request(request), now=now)
            add_messages(request, result)
            if not (result.errors or result.orphaned):
                return HttpResponseRedirect(get_return_url(request))
            inputs = {key: sent for key, sent in inputs.items() if key in result.errors}
        source = build_draft(subject, now)
    except InvalidDocument as error:
        message = _("You cannot translate this yet, because the draft has errors: %s") % error
        return render_screen(
            model_admin, request, subject, "translation/not_possible.html", _("Translation"), message=message
        )
    readiness = get_readiness([subject], now, [language])[subject.pk][language]
    editor_input = EditorInput(inputs, result, request.POST.get("take", ""))
    texts = EditorTexts.load(subject, source, Language(language), now, editor_input, sent_back=readiness.sent_back)
    only_to_do = request.GET.get("show") == TO_DO
    return render_screen(
        model_admin,
        request,
        subject,
        "translation/editor.html",
        _("Translation"),
        texts=texts,
        counts=texts.counts,
        sent_back=format_sent_back(readiness.sent_back, now),
        groups=texts.group_rows(only_to_do),
        only_to_do=only_to_do,
        may_translate=may_translate,
        read_only_because="" if may_translate else format_refusal(Right.TRANSLATE, subject, language),
        rows_with_error=[row for row in texts.rows if row.error],
        orphaned=result.orphaned,
        is_unsaved=is_unsaved,
        focused=get_focused_text(request) if is_unsaved else "",
        submit_url=admin_url(subject, "submit_translation", language),
    )


def parse_inputs(post: QueryDict) -> dict[TextKey, TranslationInput]:
    """Return the texts of the form by key. Fields that the form did not have are ignored."""
    found = {}
    for field in post:
        name = field.removeprefix(TEXT_PREFIX)
        digests = SOURCE_AND_FINGERPRINT.fullmatch(post.get(f"from-{name}", ""))
        if not field.startswith(TEXT_PREFIX) or not digests:
            continue
        try:
            key = parse_key(name)
        except ValueError:
            continue
        found[key] = TranslationInput(
            post.get(field, ""),
            source_digest=digests[1],
            shown_fingerprint=digests[2],
            is_still_right=f"still-{name}" in post,
            confirmed_digests=tuple(post.getlist(f"meant-{name}")),
        )
    return found


def add_messages(request: HttpRequest, result: SaveResult) -> None:
    if result.saved:
        messages.success(request, ngettext("%d text saved.", "%d texts saved.", result.saved) % result.saved)
    if result.confirmed:
        message = ngettext("%d difference confirmed.", "%d differences confirmed.", result.confirmed)
        messages.success(request, message % result.confirmed)
    if not (result.saved or result.confirmed or result.errors or result.orphaned):
        messages.info(request, _("There were no changes to save."))


def get_focused_text(request: HttpRequest) -> str:
    """Return the name of the text in which the user pressed the button."""
    return request.POST.get("take", "").rpartition(":")[0] or request.POST.get("at", "")


def get_return_url(request: HttpRequest) -> str:
    """Return the URL of the same screen and of the text in which the user was, so that browsers focus it."""
    try:
        fragment = f"#{TEXT_PREFIX}{quote(format_key(parse_key(request.POST.get('at', ''))))}"
    except ValueError:
        fragment = ""
    return f"{request.get_full_path()}{fragment}"
