"""The translation editor: a meeting or topic in one language, text by text beside the source."""

import re
from urllib.parse import quote

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.admin.screens import show
from agenda.admin.translating.addressed import require_target_language
from agenda.admin.translating.rows import EditorInput, EditorTexts, format_key, parse_key
from agenda.desk.ways import way_to
from agenda.drafts import Subject, draft_of
from agenda.translating import Key
from agenda.translations import Given, SaveResult, readiness_of, save_translations, sent_back_in_words
from meetings.audit import Actor
from meetings.clock import instant_of
from meetings.documents.text import InvalidDocument
from meetings.rights import Right, may, refusal, require
from meetings.vocabulary import Language

TEXT_PREFIX = "text-"
SOURCE_AND_FINGERPRINT = re.compile(r"([0-9a-f]{64}) ([0-9a-f]{64})")
TO_DO = "todo"


@require_target_language
def desk_step(model_admin: ModelAdmin, request: HttpRequest, subject: Subject, language: str) -> HttpResponse:
    """Show all texts, or those to do. Save them, check them without saving, or apply a proposal.

    Users who may not translate into the language can read the texts.
    """
    if request.method == "POST":
        require(Actor.of(request), Right.TRANSLATE, subject, language)
    may_translate = may(request.user, Right.TRANSLATE, subject, language)
    now, inputs, result = instant_of(request), parse_inputs(request.POST), SaveResult()
    is_unsaved = bool({"check", "take"} & {*request.POST})
    try:
        if request.method == "POST" and not is_unsaved:
            result = save_translations(subject, language, inputs, by=Actor.of(request), now=now)
            add_messages(request, result)
            if not (result.errors or result.orphaned):
                return HttpResponseRedirect(get_return_url(request))
            inputs = {key: sent for key, sent in inputs.items() if key in result.errors}
        source = draft_of(subject, now)
    except InvalidDocument as error:
        message = _("You cannot translate this yet, because the draft has errors: %s") % error
        return show(model_admin, request, subject, "translation/not_possible.html", _("Translation"), message=message)
    readiness = readiness_of([subject], now, [language])[subject.pk][language]
    editor_input = EditorInput(inputs, result, request.POST.get("take", ""))
    texts = EditorTexts.load(subject, source, Language(language), now, editor_input, sent_back=readiness.sent_back)
    only_to_do = request.GET.get("show") == TO_DO
    return show(
        model_admin,
        request,
        subject,
        "translation/editor.html",
        _("Translation"),
        texts=texts,
        counts=texts.counts,
        sent_back=sent_back_in_words(readiness.sent_back, now),
        groups=texts.group_rows(only_to_do),
        only_to_do=only_to_do,
        may_translate=may_translate,
        read_only_because="" if may_translate else refusal(Right.TRANSLATE, subject, language),
        rows_with_error=[row for row in texts.rows if row.error],
        orphaned=result.orphaned,
        is_unsaved=is_unsaved,
        focused=get_focused_text(request) if is_unsaved else "",
        submit_url=way_to(subject, "submit_translation", language),
    )


def parse_inputs(post: QueryDict) -> dict[Key, Given]:
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
        found[key] = Given(
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
