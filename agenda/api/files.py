"""The files resource of the API: interinstitutional files that live meetings dealt with."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from agenda.api import types
from agenda.presentation.files import FileSummary, fetch_file_rows, summarize_files
from meetings.api.csv_tables import build_columns
from meetings.api.filters import Filter, MeetingDayFilter, StrictFilterSet
from meetings.api.form_fields import CharField, ConfigurationField, IntegerField
from meetings.api.pagination import KeysetPagination
from meetings.api.parameters import Parameter
from meetings.api.resource_urls import build_api_url, build_list_url, build_page_url
from meetings.api.sparse_fields import select_members
from meetings.api.views import Resource, ResourceAnswer
from meetings.clock import BRUSSELS, get_instant
from meetings.documents.choices import Language
from meetings.documents.document_numbers import parse_file_slug
from meetings.documents.fallbacks import get_text_language
from meetings.documents.register_urls import get_procedure_url
from meetings.editions.keyset import FILES_ORDERING
from meetings.http.conditional_get import Validator, build_daily_validator
from meetings.http.problems import build_not_found_problem
from meetings.http.time_travel import exclude_suppressed
from meetings.models import IndexedFile
from meetings.models.edition import EditionPartQuerySet


class FileFilterSet(StrictFilterSet):
    year = Filter(
        IntegerField, "year", min_value=1950, max_value=2999, label=_("Only files with a number of this year.")
    )
    configuration = Filter(
        ConfigurationField,
        "edition__configuration",
        label=_("Only files that this configuration dealt with, by code or slug."),
    )
    date_from = MeetingDayFilter("date", "gte", label=_("Only files with an item on or after this day."))
    date_to = MeetingDayFilter("date", "lte", label=_("Only files with an item on or before this day."))


class FileResource(Resource):
    """Interinstitutional files. They have no text of their own: the title is that of the newest item."""

    singular, plural = "File", "Files"
    summaries = {
        "list": _("List the interinstitutional files that published meetings deal with, the latest number first."),
        "retrieve": _("Get an interinstitutional file."),
    }
    queryset = IndexedFile.objects.none()
    shape = types.File
    lookup_parameter = Parameter(
        "file",
        CharField(schema={"type": "string", "pattern": "^[0-9]{4}-[0-9]{4}[a-z]?(-[a-z])?-[a-z]{3}$"}),
        _("The name in addresses, for example 2016-0133-cod."),
        "path",
    )
    lookup_url_kwarg = "file"
    lookup_value_converter = "slug"
    columns = build_columns(
        "number", "title", "language", "next_date", "last_date", "first_date", "meeting_count", "topics=topics.slug",
        "slug", "eur_lex_url", "html_url", "url",
    )  # fmt: skip
    ordering = FILES_ORDERING
    filterset_class = FileFilterSet

    @property
    def live(self) -> EditionPartQuerySet[IndexedFile]:
        request = self.request._request
        return exclude_suppressed(request, IndexedFile.objects.live(self.at, get_instant(request)))

    def get_queryset(self) -> QuerySet[Any]:
        return self.live

    def find_rows(self) -> Any:
        limit = KeysetPagination().get_limit(self.request)
        return fetch_file_rows(super().find_rows(), self.at, self.cursor, limit)

    def build_answers(self, rows: Iterable[Any]) -> list[ResourceAnswer]:
        today = self.at.astimezone(BRUSSELS).date()
        summaries = summarize_files(self.live, [row.slug for row in rows], today, self.language)
        return [ResourceAnswer(body.language, body) for body in map(self.build_body, summaries)]

    def build_current_validator(self, *, by_date: bool) -> Validator:
        """Return the validator of an answer, which depends on today's date, too."""
        return build_daily_validator(self.request._request, *self.get_state(self.language), by_date=by_date)

    def list(self, request: Request) -> Response:
        is_present = self.at == get_instant(request._request)
        return self.confirm_or_build(self.build_current_validator(by_date=is_present), self.build_page)

    def retrieve(self, request: Request, **key: Any) -> Response:
        return self.confirm_or_build(
            self.build_current_validator(by_date=False), lambda: self.build_detail(key["file"])
        )

    def build_detail(self, key: Any) -> Response:
        [answer] = self.build_answers([self.find(key)])
        return Response(select_members(answer.body, self.fields), headers={"Content-Language": answer.language})

    def find(self, key: str) -> Any:
        """Return a row of the file. For a name in capitals, the 404 names the right address."""
        slug = key.lower()
        row = self.get_queryset().filter(slug=slug).first() if parse_file_slug(slug) else None
        if row is None or slug != key:
            raise build_not_found_problem(nearest=reverse("file-detail", args=[slug]) if row else "")
        return row

    def build_body(self, summary: FileSummary) -> types.File:
        item, agenda = summary.item, summary.agenda
        language = get_text_language(agenda, "agenda", item.id, "title") if item and agenda else self.language  # type: ignore[arg-type]
        code = str(summary.code)
        return types.File(
            number=code,
            slug=summary.slug,
            title=item.title if item else "",
            language=Language(language),
            topics=item.topics if item else [],
            meeting_count=summary.meetings,
            first_date=summary.first_date,
            last_date=summary.last_date,
            next_date=summary.next_date,
            eur_lex_url=get_procedure_url(code, self.language),
            agenda_items=build_list_url(self.request, "agenda-item", f"procedure={summary.slug}"),
            url=build_api_url(self.request, "file", summary.slug),
            html_url=build_page_url(self.request._request, f"files/{summary.slug}/", self.language),
        )
