"""The translation editor: a meeting or topic in one language, text by text beside the source."""

import re
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.admin.screen import Screen, warn_before_saving
from agenda.admin.translation.editor_texts import EditorTexts, format_key, parse_key
from agenda.admin.translation.languages import require_target_language
from agenda.documents.translations.segments import TextKey
from agenda.translation.readiness import format_sent_back, get_readiness
from agenda.translation.save import SaveResult, TranslationInput, save_translations
from agenda.workflow.drafts import build_draft
from meetings.access import Right, format_refusal, has_right, require_right
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument

TEXT_PREFIX = "text-"
SOURCE_AND_FINGERPRINT = re.compile(r"([0-9a-f]{64}) ([0-9a-f]{64})")
TO_DO = "todo"


@require_target_language
def edit_translation(screen: Screen, language: str) -> HttpResponse:
    """Show all texts, or those to do. Save them, check them without saving, or apply a proposal.

    Users who may not translate into the language can read the texts.
    """
    request, subject, now = screen.request, screen.subject, screen.now
    if screen.posted is not None:
        require_right(screen.by, Right.TRANSLATE, subject, language)
    may_translate = has_right(screen.user, Right.TRANSLATE, subject, language)
    inputs, result = parse_inputs(request.POST), SaveResult()
    is_unsaved = bool({"check", "take"} & {*request.POST})
    try:
        if screen.posted is not None and not is_unsaved:
            result = save_translations(subject, language, inputs, by=screen.by, now=now)
            add_messages(request, result)
            if not (result.errors or result.orphaned):
                return HttpResponseRedirect(get_return_url(request))
            inputs = {key: sent for key, sent in inputs.items() if key in result.errors}
        source = build_draft(subject, now)
    except InvalidDocument as error:
        message = _("You cannot translate this yet, because the draft has errors: %s") % error
        return screen.render("translation/not_possible.html", _("Translation"), message=message)
    readiness = get_readiness([subject], now, [language])[subject.pk][language]
    texts = EditorTexts(
        subject,
        source,
        Language(language),
        now,
        inputs=inputs,
        result=result,
        proposal=request.POST.get("take", ""),
        sent_back=readiness.sent_back,
    )
    only_to_do = request.GET.get("show") == TO_DO
    return screen.render(
        "translation/editor.html",
        _("Translation"),
        texts=texts,
        counts=texts.counts,
        sent_back=format_sent_back(readiness.sent_back, now),
        groups=texts.group_rows(only_to_do),
        only_to_do=only_to_do,
        may_translate=may_translate,
        warning=warn_before_saving(screen, language) if may_translate else "",
        read_only_because="" if may_translate else format_refusal(Right.TRANSLATE, subject, language),
        rows_with_error=[row for row in texts.rows if row.error],
        orphaned=result.orphaned,
        is_unsaved=is_unsaved,
        focused=get_focused_text(request) if is_unsaved else "",
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
