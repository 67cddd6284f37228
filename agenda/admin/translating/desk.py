"""The translation desk: a meeting or topic in one language, text by text beside its source."""

import re
from urllib.parse import quote

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.admin.screens import show
from agenda.admin.translating.addressed import of_another_language
from agenda.admin.translating.rows import Texts, Typed, key_of, name_of
from agenda.desk.ways import way_to
from agenda.drafts import Subject, draft_of
from agenda.translating import Key
from agenda.translations import Given, Kept, readiness_of, save_translations, sent_back_in_words
from meetings.audit import Actor
from meetings.clock import instant_of
from meetings.documents.text import InvalidDocument
from meetings.rights import Right, may, refusal, require
from meetings.vocabulary import Language

TEXT = "text-"
MADE_FROM = re.compile(r"([0-9a-f]{64}) ([0-9a-f]{64})")
TO_DO = "todo"


@of_another_language
def desk_step(desk: ModelAdmin, request: HttpRequest, subject: Subject, language: str) -> HttpResponse:
    """Shows the texts, all or those to do; saves, checks, or takes over what is offered. Others may look."""
    if request.method == "POST":
        require(Actor.of(request), Right.TRANSLATE, subject, language)
    may_translate = may(request.user, Right.TRANSLATE, subject, language)
    now, given, kept = instant_of(request), given_in(request.POST), Kept()
    is_unsaved = bool({"check", "take"} & {*request.POST})
    try:
        if request.method == "POST" and not is_unsaved:
            kept = save_translations(subject, language, given, by=Actor.of(request), now=now)
            tell(request, kept)
            if not (kept.refused or kept.gone):
                return HttpResponseRedirect(back_to(request))
            given = {key: one for key, one in given.items() if key in kept.refused}
        source = draft_of(subject, now)
    except InvalidDocument as error:
        told = _("There is nothing to translate as long as the working copy makes no document: %s") % error
        return show(desk, request, subject, "translating/impossible.html", _("Translation"), told=told)
    how_ready = readiness_of([subject], now, [language])[subject.pk][language]
    typed = Typed(given, kept, request.POST.get("take", ""))
    texts = Texts.of(subject, source, Language(language), now, typed, sent_back=how_ready.sent_back)
    only_to_do = request.GET.get("show") == TO_DO
    return show(
        desk,
        request,
        subject,
        "translating/desk.html",
        _("Translation"),
        texts=texts,
        counts=texts.counts,
        sent_back=sent_back_in_words(how_ready.sent_back, now),
        groups=texts.groups(only_to_do),
        only_to_do=only_to_do,
        may_translate=may_translate,
        read_only_because="" if may_translate else refusal(Right.TRANSLATE, subject, language),
        mistakes=[row for row in texts.rows if row.refused],
        gone=kept.gone,
        is_unsaved=is_unsaved,
        focused=focused(request) if is_unsaved else "",
        submit_way=way_to(subject, "submit_translation", language),
    )


def given_in(post: QueryDict) -> dict[Key, Given]:
    """What does not come from the form as it was shown names no text, and is not read."""
    found = {}
    for field in post:
        name = field.removeprefix(TEXT)
        made_from = MADE_FROM.fullmatch(post.get(f"from-{name}", ""))
        if not field.startswith(TEXT) or not made_from:
            continue
        try:
            key = key_of(name)
        except ValueError:
            continue
        meant = tuple(post.getlist(f"meant-{name}"))
        found[key] = Given(post.get(field, ""), made_from[1], made_from[2], still=f"still-{name}" in post, meant=meant)
    return found


def tell(request: HttpRequest, kept: Kept) -> None:
    if kept.saved:
        told = ngettext("%d text saved.", "%d texts saved.", kept.saved) % kept.saved
        messages.success(request, told)
    if kept.confirmed:
        told = ngettext("%d difference confirmed.", "%d differences confirmed.", kept.confirmed) % kept.confirmed
        messages.success(request, told)
    if not (kept.saved or kept.confirmed or kept.refused or kept.gone):
        messages.info(request, _("Nothing was changed, so nothing was saved."))


def focused(request: HttpRequest) -> str:
    """The text where somebody was who pressed the button."""
    return request.POST.get("take", "").rpartition(":")[0] or request.POST.get("at", "")


def back_to(request: HttpRequest) -> str:
    """The same screen, in the field where somebody was: a browser puts the focus into it."""
    try:
        place = f"#{TEXT}{quote(name_of(key_of(request.POST.get('at', ''))))}"
    except ValueError:
        place = ""
    return f"{request.get_full_path()}{place}"
