"""The meetings resource of the API, with what needs the search and the agenda."""

from dataclasses import replace
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request

from agenda.api import types
from agenda.api.item_addresses import build_item_addresses
from agenda.api.search_filter import SearchFilter
from meetings.api import meetings
from meetings.api.form_fields import BooleanField
from meetings.api.operations import Operation
from meetings.api.parameters import Parameter
from meetings.documents.called_off import is_called_off
from meetings.documents.schedule import get_live_url, get_meeting_start, get_point_start, takes_place
from meetings.documents.schema import MeetingDocument
from meetings.documents.traversal import walk_items
from meetings.http.problems import build_parameter_problem

COMPUTED = Parameter(
    "computed",
    BooleanField(initial=False, schema=BooleanField.schema | {"default": False}),
    gettext_lazy(
        "true: add the member `computed` to each meeting, with what follows from its document: when the meeting and "
        "the points of its programme start, their streams, and the addresses of documents and files."
    ),
)


class MeetingFilterSet(meetings.MeetingFilterSet):
    q = SearchFilter(
        label=gettext_lazy(
            "Only meetings with these words, in their own texts or in those of one agenda item, as in the search of "
            "the site. The last word may be the beginning of a longer one. Not together with `as_of`."
        )
    )


class MeetingResource(meetings.MeetingResource):
    """Published meetings as whole documents.

    What is computed from the document is a member of its own, and only if it is asked for: programs verify the digest
    over all members that they do not know as the envelope's (decision 87).
    """

    shape = types.Meeting
    selectable_shape = types.SelectableMeeting
    filterset_class = MeetingFilterSet

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.is_computed = COMPUTED.get_value(request) or "computed" in self.fields
        if self.is_computed and request.accepted_renderer.format == "csv":
            message = _("A table has no member `computed`. Leave it out: the table has the column starts_at.")
            raise build_parameter_problem("computed", message)

    def add_requested_members(self, body: msgspec.Raw) -> Any:
        found = super().add_requested_members(body)
        if not self.is_computed:
            return found
        document = msgspec.json.decode(body, type=MeetingDocument)
        members = msgspec.json.decode(body, type=dict[str, msgspec.Raw]) if found is body else found
        return members | {"computed": self.build_computed(document)}

    def build_computed(self, document: MeetingDocument) -> types.Computed:
        return types.Computed(
            starts_at=get_meeting_start(document),
            takes_place=not is_called_off(document),
            agenda=[
                types.ComputedItem(id=item.id, **build_item_addresses(self.request, document, item, self.language))
                for item, _parent in walk_items(document.agenda)
            ],
            programme=[
                types.ComputedPoint(
                    id=point.id,
                    starts_at=get_point_start(document, point),
                    takes_place=takes_place(document, point),
                    live_url=get_live_url(document, point),
                )
                for point in document.programme
            ],
        )

    def build_operation(self) -> Operation:
        operation = super().build_operation()
        return replace(operation, parameters=(*operation.parameters, COMPUTED))
