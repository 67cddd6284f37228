"""The page of a submitted text on the review screen, with the comments of colleagues beside it."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxLengthValidator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy

from agenda.admin.screen import Screen
from agenda.admin.steps.forms import REASON_TEXTAREA, TOO_LONG_MESSAGE
from agenda.models import CommentReply
from agenda.preview.views import build_publication, render_page_to_review
from agenda.workflow.approval_rights import may_comment
from agenda.workflow.comments import (
    MAX_COMMENT_LENGTH,
    Passage,
    add_comment,
    list_places,
    load_comments,
    reply,
)
from agenda.workflow.drafts import SubjectDocument
from agenda.workflow.errors import WorkflowError
from agenda.workflow.reviews import LanguageReview, Review
from meetings.access import Right
from meetings.documents.choices import Language

ACT = "act"  # the name of the buttons that send a comment or a reply
ADD = "add"


class CommentForm(forms.Form):
    """A new comment. Without a script, it is on a part; the script fills in the passage that is selected."""

    part = forms.ChoiceField(
        label=gettext_lazy("About"),
        error_messages={"invalid_choice": gettext_lazy("This text has no such part. Choose another one.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Comment"),
        validators=[MaxLengthValidator(MAX_COMMENT_LENGTH, TOO_LONG_MESSAGE)],
        widget=REASON_TEXTAREA,
        error_messages={"required": gettext_lazy("Enter your comment.")},
    )
    member, quote, before, after = (forms.CharField(required=False, widget=forms.HiddenInput) for _name in range(4))

    def __init__(self, data: Any, document: SubjectDocument) -> None:
        super().__init__(data, auto_id="comment_%s")
        field: Any = self.fields["part"]
        field.choices = list_places(document)

    def get_passage(self) -> Passage:
        values = {name: self.cleaned_data[name] for name in ("member", "quote", "before", "after")}
        part_id, _dot, member = self.cleaned_data["part"].partition(".")
        return Passage(UUID(part_id), **values | {"member": member or values["member"]})


class ReviewedPage:
    """One language of a review as readers would see it, and the comments on all languages.

    `may_judge` are the languages that the user may approve: the first of them is shown if `?language=` names none.
    """

    def __init__(self, screen: Screen, review: Review, may_judge: list[Language]) -> None:
        self.screen, self.review = screen, review
        self.languages = [shown.language for shown in review.languages]
        asked = screen.request.GET.get("language", "")
        if asked and asked not in self.languages:
            raise Http404
        self.language = Language(asked) if asked else [*may_judge, review.source.language][0]
        self.shown: LanguageReview = next(each for each in review.languages if each.language == self.language)
        documents = {document.language: document for document in review.get_documents()}
        self.document = documents[self.language]
        self.may_comment = may_comment(screen.user, screen.subject)
        self.form = CommentForm(None, self.document)
        self.refused_reply: dict[str, Any] = {}

    def post(self) -> HttpResponse | None:
        """Add the posted comment or reply. Return None if it is refused: then the page has the reason."""
        screen, posted = self.screen, self.screen.request.POST
        if not self.may_comment:
            return screen.render_refusal(Right.CHANGE)
        try:
            if posted[ACT] == ADD:
                self.form = CommentForm(posted, self.document)
                if not self.form.is_valid():
                    return None
                revision, passage, text = self.review.revision, self.form.get_passage(), self.form.cleaned_data["text"]
                add_comment(screen.subject, revision, self.language, passage, text, by=screen.by, now=screen.now)
            else:
                self.add_reply(posted)
        except WorkflowError as error:
            if posted[ACT] == ADD:
                self.form.add_error(None, str(error))
            else:
                self.refused_reply = {"comment": posted.get("comment"), "text": posted.get("text", "")}
                self.refused_reply["message"] = str(error)
            return None
        return HttpResponseRedirect(f"{screen.request.get_full_path()}#comments")

    def add_reply(self, posted: Any) -> None:
        key, act = posted.get("comment", ""), posted[ACT]
        if not (key.isascii() and key.isdigit() and len(key) < 19) or act not in CommentReply.Act.values:
            raise Http404
        reply(self.screen.subject, int(key), act, posted.get("text", ""), by=self.screen.by, now=self.screen.now)

    def load(self) -> None:
        """Load what the template shows: the page, and the open and settled comments."""
        now, number = self.screen.now, self.screen.editions.visible(self.screen.now).count() + 1
        publication = build_publication(
            self.document, self.shown.digest, at=now, number=number, languages=self.languages
        )
        self.html = render_page_to_review(self.screen.request, publication, now)
        comments = load_comments(self.screen.subject, self.screen.user)
        self.open = [comment for comment in comments if comment.settled_at is None]
        self.settled = [comment for comment in comments if comment.settled_at]
