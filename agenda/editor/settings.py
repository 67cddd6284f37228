"""Change what is not part of the text: the configuration whose desk edits it, and the original language."""

from types import EllipsisType

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.models import BackgroundTopic
from agenda.workflow.approval_rights import explain_fixed_language
from agenda.workflow.drafts import Subject, build_draft
from agenda.workflow.errors import WorkflowError
from agenda.workflow.restoring import save_row
from agenda.workflow.revisions import keep_revision, record_about_subject
from agenda.workflow.transactions import lock_addresses, lock_subject
from agenda.workflow.transfers import require_transfer
from meetings.access import Right, require_right
from meetings.access.audit import Actor
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument
from meetings.models import Act, Configuration, Meeting


def change_settings(
    subject: Subject,
    *,
    by: Actor,
    place: Configuration | EllipsisType | None = ...,
    language: Language | EllipsisType = ...,
) -> None:
    """Give the meeting or topic to the desk of a configuration, or set its original language.

    Keep a revision, and record in the audit log to whom it was given: no revision of a topic has its configuration.
    What is not chosen stays as it is. A topic without a configuration belongs to all desks. Raise NotAllowed as
    `require_transfer` does, InvalidDocument if a meeting cannot belong to the configuration, and WorkflowError if it
    has been deleted, or if its language cannot be changed (`explain_fixed_language`).
    """
    with transaction.atomic():
        subject = lock_subject(subject)
        require_right(by, Right.CHANGE, subject)
        name = "desk" if isinstance(subject, BackgroundTopic) else "configuration"
        current = {name: getattr(subject, name), "source_language": subject.source_language}
        chosen = {key: value for key, value in {name: place, "source_language": language}.items() if value is not ...}
        values = current | chosen
        if values == current:
            return
        require_transfer(by, subject, values[name])
        if values["source_language"] != subject.source_language and (refusal := explain_fixed_language(subject)):
            raise WorkflowError(refusal, field="source_language")
        if isinstance(subject, Meeting) and values[name] is None:
            raise InvalidDocument(_("Choose a Council configuration."))
        if isinstance(subject, Meeting) and values[name] != current[name]:
            subject.configuration = values[name]
            lock_addresses([build_draft(subject, timezone.now())])
            if errors := [*filter(None, (subject.find_configuration_error(), subject.find_duplicate_error()))]:
                raise InvalidDocument(" ".join(str(message) for _member, message in errors))
        save_row(subject, values)
        keep_revision(subject, timezone.now(), by)
        if values[name] != current[name]:
            places = {"given": [format_place(values[name])], "taken": [format_place(current[name])]}
            record_about_subject(by, Act.SAVED, subject, **places)


def format_place(place: Configuration | None) -> str:
    return place.code if place else _("all configurations")
