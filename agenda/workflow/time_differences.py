"""Find times in translations that differ from the original, which prevents submission and approval."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import ParamSpec, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.workflow.confirmed_differences import ComparisonTime, find_unconfirmed_differences
from agenda.workflow.drafts import Subject, SubjectDocument
from agenda.workflow.errors import WorkflowError
from meetings.documents.choices import Language

Parameters = ParamSpec("Parameters")
StepResult = TypeVar("StepResult")
NOT_COMPARED = gettext_lazy("The texts are long, and not all are compared with the original yet. Try again.")


def find_time_differences(
    subject: Subject, documents: Sequence[SubjectDocument], comparison_time: ComparisonTime
) -> dict[Language, str]:
    """Return the languages that have an unconfirmed difference in time, or are too long, each with a message."""
    found, too_long = compare_times(subject, documents, comparison_time)
    return found | {language: str(NOT_COMPARED) for language in too_long}


def compare_times(
    subject: Subject, documents: Sequence[SubjectDocument], comparison_time: ComparisonTime
) -> tuple[dict[Language, str], list[Language]]:
    """Return the languages with an unconfirmed difference in time, each with the message of the first one.

    Return also those that are too long to be compared in one request. The first document is the source.
    """
    source, *translations = documents
    found: dict[Language, str] = {}
    too_long: list[Language] = []
    for document in translations:
        if document.language == source.language:
            continue
        if differences := find_unconfirmed_differences(subject, source, document, comparison_time):
            found[document.language] = differences[0].message
        elif not comparison_time.is_complete:
            too_long.append(document.language)
    return found, too_long


class NotComparedError(WorkflowError):
    """Translations of `subject` are too long to be compared with their source while it is locked."""

    def __init__(self, message: str, subject: Subject, documents: Sequence[SubjectDocument]) -> None:
        super().__init__(message)
        self.subject, self.documents = subject, documents


def refuse_time_differences(
    subject: Subject, documents: Sequence[SubjectDocument], comparison_time: ComparisonTime | None = None
) -> None:
    """Raise WorkflowError with a message for all languages of `find_time_differences`, or NotComparedError."""
    message = _("%(language)s: a time differs from the original. %(difference)s")
    found, too_long = compare_times(subject, documents, comparison_time or ComparisonTime(is_locked=True))
    if found:
        messages = [message % {"language": language.label, "difference": text} for language, text in found.items()]
        raise WorkflowError(" ".join([*messages, _("Correct it, or confirm it in the translation.")]))
    if too_long:
        languages = ", ".join(str(language.label) for language in too_long)
        raise NotComparedError(f"{languages}: {NOT_COMPARED}", subject, documents)


def compare_without_lock(step: Callable[Parameters, StepResult]) -> Callable[Parameters, StepResult]:
    """Return the step of the workflow, which compares long texts while nothing is locked: others would wait.

    If it raises NotComparedError, nothing was changed. Its texts are compared then, which is kept, and it runs again.
    """

    @wraps(step)
    def run(*args: Parameters.args, **options: Parameters.kwargs) -> StepResult:
        comparison_time = ComparisonTime()
        while True:
            try:
                return step(*args, **options)
            except NotComparedError as error:
                compare_times(error.subject, error.documents, comparison_time)
                if not comparison_time.is_complete:
                    raise

    return run
