"""Reviewing: the text as it was submitted, what it changes, and the verdict of somebody who did not write it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from agenda.admin.outlook import Difference, Outlook, differences
from agenda.admin.screens import go_to, others_who_may, read_anew, refused, show
from agenda.admin.steps.forms import RemarkForm
from agenda.admin.translating.side_by_side import SideBySide
from agenda.authorship import authors_of
from agenda.desk.ways import way_to
from agenda.drafts import Subject, type_of
from agenda.models import Release, Revision, Why
from agenda.publishing import (
    Refused,
    approve,
    follow,
    in_brussels,
    is_ready,
    planned_for,
    schedule_as_planned,
    send_back,
    subjects_of,
    wait_for,
)
from agenda.publishing.awaiting import awaited
from agenda.publishing.languages import went_back
from agenda.publishing.planning import lacks_approval
from agenda.publishing.stored import digests_of, is_changed
from agenda.publishing.translations import may_judge, right_to_judge
from agenda.reviews import (
    LanguageReview,
    Review,
    approved_digests,
    stored_documents,
    submitted,
    submitted_before,
)
from agenda.states import shortly, to_the_minute
from meetings.audit import Actor
from meetings.clock import instant_of
from meetings.models import Edition, Meeting
from meetings.rights import NotAllowed, Right, may, names_of, who_may
from meetings.vocabulary import Language, OtherLanguages


@dataclass(frozen=True)
class Reading:
    """What somebody reads of a language, and whether its text is their own."""

    review: LanguageReview
    is_source: bool
    against_live: Difference | None
    against_before: Difference | None
    is_own: bool
    may_judge: bool
    others: str
    """Who else may approve it, where this person may not."""
    submitted: str
    """By whom, and when: of a translation that waits."""
    goes: str
    """What its approval brings about by itself."""
    pairs: SideBySide | None
    """A translation beside its source."""
    page: str
    """Where it can be read as the page that it will be."""

    @property
    def language(self) -> Language:
        return self.review.language

    @property
    def may_be_approved(self) -> bool:
        return self.may_judge and not self.is_own and not self.review.is_approved


def review_step(desk: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    now = instant_of(request)
    review = asked_for(request, subject)
    form = RemarkForm(request.POST if request.method == "POST" else None, now)
    if request.method == "POST" and form.is_valid():
        if not may_judge_any(request, subject):
            return refused(desk, request, Right.APPROVE, subject)
        try:
            return judged(desk, request, subject, review, form.cleaned_data["remark"])
        except Refused as error:
            form.refuse(error)
            read_anew(subject)
            review = asked_for(request, subject)
    context: dict[str, Any] = {"review": review, "form": form}
    if review:
        outlook = Outlook.of(subject, now, review.documents(), [one.digest for one in review.languages])
        readings = readings_of(review, subject, outlook, request)
        context |= {
            "outlook": outlook,
            "readings": readings,
            "may_approve": any(one.may_judge for one in readings),
            "open": (open_to := [one for one in readings if one.may_be_approved]),
            "own": [one.language.label for one in readings if one.is_own and not one.review.is_approved],
            "others": others_who_may(request, Right.APPROVE, subject),
            "is_forced": review.revision.why == Why.FORCED,
            "then": what_follows(subject, review, open_to, now),
            "submission": (submission := review.submission_of(review.source)),
            "submitted_at": to_the_minute(submission.at, now),
            "ticked": request.POST.getlist("language"),
            "is_last": review.revision == submitted(subject).first(),
        }
    return show(desk, request, subject, "review.html", _("Review"), **context)


def asked_for(request: HttpRequest, subject: Subject) -> Review | None:
    """Of what was submitted last, or of the revision that `?revision=` names."""
    named = request.GET.get("revision", "")
    if not named:
        return Review.last(subject)
    revision = submitted(subject).filter(pk=int(named)).first() if named.isdecimal() and len(named) < 19 else None
    if revision is None:
        raise Http404
    return Review.of(subject, revision)


def may_judge_any(request: HttpRequest, subject: Subject) -> bool:
    return may(request.user, Right.APPROVE, subject) or may(request.user, Right.REVISE, subject)


@dataclass(frozen=True)
class Destination:
    """Where approved translations would go: into the edition still to come, else beside what is live."""

    waiting: Edition | None
    held: Mapping[str, str]
    went_back: bool

    @classmethod
    def of(cls, subject: Subject, now: dt.datetime) -> Self:
        editions = Edition.objects.of(type_of(subject), subject.pk)
        waiting = editions.pending(now).first()
        edition = waiting or editions.live(now).first()
        return cls(waiting, digests_of(edition) if edition else {}, went_back(subject, now))


def where_it_goes(subject: Subject, review: Review, one: LanguageReview, to: Destination) -> str:
    """What an approved translation does by itself (`agenda.publishing.follow`), in words; empty for nothing."""
    held, waiting = to.held, to.waiting
    is_of_it = held.get(review.source.language) == review.source.digest
    if one.is_approved or not is_of_it or held.get(one.language) == one.digest:
        return ""
    if to.went_back:
        return _("Somebody went back to an earlier edition: once this is approved, somebody releases it.")
    if is_changed(held, {**held, one.language: one.digest}):
        return _("It replaces words of an edition: once it is approved, somebody releases it, with a note.")
    if waiting:
        told = _("Once you approve it, it joins the edition to come, on %s (Brussels time).")
        return told % in_brussels(waiting.available_from)
    if isinstance(subject, Meeting) and subject.other_languages == OtherLanguages.WAIT:
        return _("By the rule of this meeting, somebody releases it once it is approved.")
    return _("Once you approve it, it is public at once.")


def submission_words(revision: Revision, now: dt.datetime) -> str:
    facts = {"who": revision.by_name, "when": to_the_minute(revision.at, now)}
    told = _("%(who)s submitted it on %(when)s.") % facts
    return told + (f" “{revision.remark}”" if revision.remark else "")


def readings_of(review: Review, subject: Subject, outlook: Outlook, request: HttpRequest) -> list[Reading]:
    by, documents, now = Actor.of(request), review.documents(), instant_of(request)
    live = {one.language: one for one in outlook.live.differences} if outlook.live else {}
    before = {one.language: one for one in stored_documents([*submitted_before(review).values()])}
    known = [document for document in documents if document.language in before]
    destination = Destination.of(subject, now)
    earlier = {one.language: one for one in differences(before.values(), known)}
    for language, difference in live.items():
        if language in earlier and earlier[language].changes == difference.changes:
            del earlier[language]  # what was submitted before is what is live
    return [
        Reading(
            one,
            one is review.source,
            live.get(one.language),
            earlier.get(one.language),
            not one.is_approved and request.user.pk in authors_of(review.revision, one.language),
            allowed := may_judge(by, subject, one.language),
            "" if allowed or one is review.source else names_of(who_may(*right_to_judge(subject, one.language))),
            "" if one is review.source or one.is_approved else submission_words(review.submission_of(one), now),
            where_it_goes(subject, review, one, destination) if allowed and one is not review.source else "",
            SideBySide.of(subject, documents[0], document, before.get(document.language))
            if allowed and document is not documents[0]
            else None,
            way_to(subject, "revision", review.revision.pk, language=str(one.language)),
        )
        for one, document in zip(review.languages, documents, strict=True)
    ]


def what_follows(subject: Subject, review: Review, open_to: list[Reading], now: dt.datetime) -> dict[str, Any]:
    """What an approval brings about by itself: the planned release, if nothing else of it is missing.

    `open_to` is what the person may approve.
    """
    release = planned_for(subject)
    if release is None:
        return {}
    approved = {*approved_digests(review.revision), *(one.language for one in open_to)}
    languages = [one.label for one in awaited(subject, approved, now)]
    languages += [review.source.language.label] * (review.source.language not in approved)
    others = [str(one) for one in subjects_of(release) if one.pk != subject.pk and lacks_approval(one, now)]
    missing = [*languages, *others]
    facts = {"release": release, "at": in_brussels(release.at), "missing": missing, "is_over": release.at <= now}
    return facts | {"shortly": shortly(release.at, now), "way": way_to(release, "change")}


def judged(
    desk: ModelAdmin, request: HttpRequest, subject: Subject, review: Review | None, remark: str
) -> HttpResponse:
    approving = "approve" in request.POST
    verdict = approve if approving else send_back
    languages = request.POST.getlist("language")
    by, shown = Actor.of(request), request.POST.getlist("shown")
    if approving and not languages:
        raise Refused(_("Choose at least one language to approve."))
    revision = review.revision if review else None
    given = verdict(
        subject,
        by=by,
        shown=shown,
        languages=languages or None,
        remark=remark,
        revision=revision if "revision" in request.GET else None,
    )
    labels = ", ".join(Language(one.language).label for one in given)
    told = (_("Approved: %s.") if approving else _("Sent back: %s.")) % labels
    desk.log_change(request, subject, told + (f" “{remark}”" if remark else ""))
    messages.success(request, told)
    if approving:
        go_on(subject, request)
    return go_to(desk, "change", subject.pk)


def go_on(subject: Subject, request: HttpRequest) -> None:
    """What an approval brings about by itself: the planned release, or that translations follow."""
    if release := planned_for(subject):
        go_on_with(release, request)
        return
    try:
        followed = follow(subject, by=Actor.of(request))
    except Refused as error:
        messages.warning(request, _("The approval stands, but nothing was released: %s") % error)
        return
    if followed is None:
        return
    time = in_brussels(followed.edition.available_from)
    told = (
        _("Public since %s (Brussels time).")
        if followed.is_live
        else _("It joined what appears on %s (Brussels time).")
    )
    messages.success(request, told % time)
    if followed.is_live:
        wait_for(followed.edition)


def go_on_with(release: Release, request: HttpRequest) -> None:
    """Schedules the planned release if that was the last approval. The approval stands, whatever comes of it."""
    if not is_ready(release):
        messages.info(request, _("The planned release waits for the approval of the rest of it."))
        return
    try:
        schedule_as_planned(release, Actor.of(request))
    except (Refused, NotAllowed) as error:
        told = _("The approval stands, but the planned release was not scheduled: %s Release it from its page.")
        messages.warning(request, told % error)
    else:
        told = _("All of it is approved: it appears on %s (Brussels time), as planned.")
        messages.success(request, told % in_brussels(release.at))
