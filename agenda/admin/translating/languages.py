"""A meeting or topic in all languages: how far each is, and the way to its desk."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from agenda.admin.screens import go_to, show
from agenda.admin.translating.rule import RuleForm, rule_in_words
from agenda.desk.ways import way_to
from agenda.drafts import Subject
from agenda.publishing import set_rule
from agenda.translations import Readiness, readiness_of, sent_back_in_words
from meetings.audit import Actor
from meetings.clock import instant_of
from meetings.models import Meeting
from meetings.rights import Right, may


@dataclass(frozen=True)
class Line:
    """`way` leads to the desk, which is for looking only where `is_own` is not so; none for the source.

    `submit_way`: where a submission is all that is left to do.
    """

    readiness: Readiness
    way: str
    is_own: bool
    sent_back: str
    submit_way: str


def languages_screen(desk: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """The source first, then what is begun, then the others; each in the order of the languages."""
    now = instant_of(request)
    found = readiness_of([subject], now)[subject.pk].values()
    ordered = sorted(found, key=lambda one: (not one.is_source, not one.counts.is_begun))
    lines = [
        Line(
            one,
            "" if one.is_source else way_to(subject, "translate", one.language),
            is_own := may(request.user, Right.TRANSLATE, subject, one.language),
            sent_back_in_words(one.sent_back, now),
            way_to(subject, "submit_translation", one.language)
            if is_own and one.is_to_submit and not one.is_blocked
            else "",
        )
        for one in ordered
    ]
    may_rule = isinstance(subject, Meeting) and may(request.user, Right.PUBLISH, subject)
    form = RuleForm.of(subject, request.POST if request.method == "POST" else None) if may_rule else None
    if form and request.method == "POST" and form.is_valid():
        assert isinstance(subject, Meeting)
        set_rule(subject, by=Actor.of(request), **form.cleaned_data)
        desk.log_change(request, subject, _("Said which languages a release waits for."))
        messages.success(request, _("The rule of this meeting is saved."))
        return go_to(desk, "languages", subject.pk)
    rule = rule_in_words(subject)
    return show(desk, request, subject, "translating/languages.html", _("Languages"), lines=lines, form=form, rule=rule)
