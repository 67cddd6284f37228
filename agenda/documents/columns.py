"""The columns of the working copy that are members of the document under the same name.

`agenda.documents.building` and `agenda.workflow.restoring` both use this table. Members that are not listed (places,
sessions by id, times as text, nesting) have another form in the document; each of the two modules converts them itself.
"""

from agenda.models import AgendaItem, BackgroundTopic, MediaLink, Result
from meetings.models import Alert, Chair, Contact, Footnote, Meeting, ProgrammePoint, Session, UUIDModel

DOCUMENT_COLUMNS: dict[type[UUIDModel], tuple[str, ...]] = {
    Meeting: (
        *("source_language", "number", "form", "status", "status_reason", "start_date", "end_date", "address_word"),
        *("previous", "document_number", "references", "issued_on", "agenda_status", "lead", "notice"),
    ),
    Session: ("title", "date", "place", "text"),
    Chair: ("name", "role", "country", "date"),
    Contact: ("name", "role", "phones", "email", "url"),
    Footnote: ("mark", "text"),
    Alert: ("text", "at"),
    ProgrammePoint: (
        *("kind", "title", "text", "date", "time_precision", "time_text", "live", "place", "in_margins", "speakers"),
        *("state", "previous"),
    ),
    AgendaItem: (
        *("number", "kind", "title", "text", "state", "state_note", "procedure_type", "outcome_sought", "public"),
        *("public_basis", "information_from", "supported_by", "documents", "procedures", "legal_basis"),
    ),
    Result: ("date", "title", "outcome", "text"),
    MediaLink: ("kind", "title", "url", "language", "image"),
    BackgroundTopic: ("source_language", "slug", "title", "lead", "text"),
}
