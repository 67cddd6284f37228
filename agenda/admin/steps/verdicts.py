"""Record the verdict of somebody who reviews a text, and do what follows: publish translations, schedule a plan."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.admin.screen import Screen
from agenda.admin.steps.approval_consequences import format_labels
from agenda.models import Release, Verdict
from agenda.workflow.comments import count_open_comments
from agenda.workflow.errors import WorkflowError
from agenda.workflow.planned_releases import find_planned_release, list_unapproved_subjects, schedule_planned_release
from agenda.workflow.planned_texts import find_planned_review
from agenda.workflow.review_actions import approve, send_back
from agenda.workflow.reviews import LanguageReview, Review, find_first_approvals, find_unreleased_review
from agenda.workflow.transactions import format_instant, wait_until_live
from agenda.workflow.translation_releases import release_translations
from agenda.workflow.translation_submission import find_replacements
from meetings.access import NotAllowed
from meetings.documents.choices import Language
from meetings.models import User


def record_verdict(screen: Screen, review: Review | None, remark: str) -> HttpResponse:
    request = screen.request
    approving = "approve" in request.POST
    languages = request.POST.getlist("language")
    if not languages:
        if approving:
            raise WorkflowError(_("Choose at least one language to approve."))
        raise WorkflowError(_("Choose at least one language to send back."))
    if approving:
        require_reversal(screen, review, languages)
    revision = review.revision if review else None
    decide = partial(approve, as_first=request.POST.getlist("first")) if approving else send_back
    verdicts = decide(
        screen.subject,
        by=screen.by,
        shown=request.POST.getlist("shown"),
        languages=languages,
        remark=remark,
        revision=revision if "revision" in request.GET else None,
    )
    decided = [item.language for item in verdicts]
    message = (_("Approved: %s.") if approving else _("Sent back: %s.")) % format_labels(decided)
    if approving and review:
        undecided = [each for each in review.languages if each.language in {*languages} - {*decided}]
        message = " ".join([*([message] if verdicts else []), *explain_undecided(review, undecided, screen.user)])
    if not approving and (count := count_open_comments(screen.subject, [item.language for item in verdicts])):
        message += " " + ngettext("%d comment goes with it.", "%d comments go with it.", count) % count
    if not approving and review and (replaced := list_replaced_languages(screen, review, verdicts)):
        template = _("Another translation is approved and can be published instead: %s. To stop it, select “Review…”.")
        message = f"{message} {template % replaced}"
    screen.report(message, remark)
    if approving and verdicts:
        publish_if_ready(screen, verdicts)
    return screen.redirect_to("change")


def require_reversal(screen: Screen, review: Review | None, languages: Sequence[str]) -> None:
    """Raise WorkflowError if somebody approves a text that was sent back, and does not say that they mean it.

    If it was sent back after they opened the page, the approval is refused for that reason.
    """
    posted = screen.request.POST
    chosen = [each for each in review.languages if each.language in languages] if review else []
    known = [each for each in chosen if each.shown in posted.getlist("shown")]
    if "reverse" not in posted and any(each.verdict and not each.is_approved for each in known):
        raise WorkflowError(
            _("This text was sent back, and its author is correcting it. To approve it all the same, tick the box.")
        )


def explain_undecided(review: Review, undecided: Collection[LanguageReview], user: User) -> Iterator[str]:
    """Yield why the approval of the user did not decide about these languages."""
    approvals = find_first_approvals(review) if undecided else {}
    mine = {digest for digest, of_text in approvals.items() if any(first.by_id == user.pk for first in of_text)}
    if waiting := [each.language for each in undecided if each.digest in mine]:
        template = _("You approved %s as one of its authors. Somebody else must approve it, too.")
        yield template % format_labels(waiting)
    if before := [each.language for each in undecided if each.digest not in mine]:
        yield _("A colleague had already approved %s.") % format_labels(before)


def list_replaced_languages(screen: Screen, review: Review, refusals: Iterable[Verdict]) -> str:
    """Name the languages that were just sent back in which another translation goes out instead."""
    replacements = find_replacements(screen.subject, review)
    return format_labels(refusal.language for refusal in refusals if Language(refusal.language) in replacements)


def publish_if_ready(screen: Screen, verdicts: Collection[Verdict]) -> None:
    """Do what follows from an approval: add translations to the edition, and schedule the planned release."""
    refusal = publish_approved_translations(screen, verdicts)
    release = find_planned_release(screen.subject)
    posted, is_scheduled = screen.request.POST, False
    if release:
        is_told = posted.get("plan") == str(release.pk)
        is_scheduled = schedule_if_ready(screen, release, posted.getlist("lost"), takes_over=is_told)
    if refusal and not is_scheduled:
        messages.warning(screen.request, _("Your approval was saved, but nothing was published: %s") % refusal)


def publish_approved_translations(screen: Screen, verdicts: Collection[Verdict]) -> str:
    """Add translations to the edition, as the page of the review has said. Return why that is refused, or ""."""
    announced = dict(item.split(" ", 1) for item in screen.request.POST.getlist("announced") if " " in item)
    try:
        followed = release_translations(screen.subject, by=screen.by, approved=verdicts, announced=announced)
    except WorkflowError as error:
        return str(error)
    if followed is None:
        return ""
    time = format_instant(followed.edition.available_from)
    template = (
        _("Published on %s (Brussels time).")
        if followed.is_live
        else _("Added to the edition scheduled for %s (Brussels time).")
    )
    messages.success(screen.request, template % time)
    if followed.is_live:
        wait_until_live(followed.edition)
    return ""


def schedule_if_ready(
    screen: Screen, release: Release, seen: Collection[str] = (), *, takes_over: bool = False
) -> bool:
    """Schedule the planned release if nothing else is missing, and return whether it is scheduled.

    What the user did before is kept in any case.

    `seen` are the languages of this meeting or topic of which the page has said that readers lose them. `takes_over` is
    as for `schedule_planned_release`.
    """
    if list_unapproved_subjects(release, timezone.now()):
        message = _("The scheduled publication is still waiting for other approvals.")
        if find_unreleased_review(screen.subject) and not find_planned_review(screen.subject, release):
            message = _("What is scheduled is for another text. Publish this one from its page.")
        messages.info(screen.request, message)
        return False
    try:
        schedule_planned_release(release, screen.by, seen={screen.subject.pk: seen}, takes_over=takes_over)
    except (WorkflowError, NotAllowed) as error:
        release.refresh_from_db()
        if release.state == Release.State.SCHEDULED:  # by `send_notices` at the same moment
            report_schedule(screen, release)
            return True
        template = _("This was saved, but publication could not be scheduled: %s Publish it from its page.")
        messages.warning(screen.request, template % error)
        return False
    report_schedule(screen, release)
    return True


def report_schedule(screen: Screen, release: Release) -> None:
    template = _("Everything is approved. It will be published on %s (Brussels time) as scheduled.")
    messages.success(screen.request, template % format_instant(release.at))
