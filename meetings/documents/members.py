"""What the members of documents mean, where their names do not say it: for the API's description.

By the shape's name. A shape that is made of another has the same.
"""

ID = "Its id, which it keeps through all editions."
DOCUMENT = {
    "version": "Of the shape. New members do not change it.",
    "language": "The language that this is in.",
    "source_language": "The language that it was written in.",
    "lead": "The opening paragraphs.",
}
OWNER = {
    "id": "Its id, which never changes.",
    "url": "Where it stands in the API.",
    "html_url": "Its page.",
    "language": "That of its title.",
    "edition": "The number of its present edition.",
    "digest": "SHA-256 of its document.",
    "source_language": "The language that it was written in.",
}
MEMBERS = {
    "ConfigurationName": {
        "code": "As `JHA`.",
        "slug": "As `jha`, in addresses.",
        "name": "In the document's language.",
    },
    "PresidencyName": {"name": "Of the country, in the document's language."},
    "Place": {"city": "In the document's language.", "venue": "The building."},
    "EarlierDate": {"city": "In the document's language.", "venue": "The building."},
    "Chair": {
        "id": ID,
        "role": "As “Minister for the Interior of Estonia”.",
        "session": "The session that they chair; null: all.",
        "date": "The day on which they chair; null: all.",
    },
    "Session": {
        "id": ID,
        "title": "As “Home Affairs”.",
        "date": "Its day, where the meeting has several.",
        "place": "Where it is not that of the meeting.",
    },
    "Image": {
        "digest": "SHA-256 of the image.",
        "alt": "What it shows, in words.",
        "width": "In pixels.",
        "height": "In pixels.",
    },
    "Link": {
        "id": ID,
        "title": "The words of the link.",
        "language": "The language of what it links to; empty where it is not stated.",
        "image": "Of an infographic.",
    },
    "Result": {"id": ID, "date": "The day on which it came about.", "title": "May be empty."},
    "TopicName": {"id": "That of the topic.", "slug": "As `migration-policy`, in addresses."},
    "Item": {
        "id": ID,
        "number": "As printed, `8 b` say; may be empty. It orders nothing.",
        "session": "The session that takes it up.",
        "state_note": "Why it was added, withdrawn or postponed.",
        "outcome_sought": "As “Policy debate”.",
        "public_basis": "Why it is in public session.",
        "information_from": "Who informs the Council: the Commission, a delegation.",
        "supported_by": "The delegations that support the request.",
        "documents": "Numbers of Council documents, as `14996/1/22 REV 1`.",
        "procedures": "Codes of interinstitutional files, as `2016/0142 (COD)`.",
        "legal_basis": "As printed.",
        "topics": "The background topics that it takes up.",
        "result": "What came of it.",
        "items": "The items within it, in printed order.",
    },
    "Speaker": {"role": "As “Commissioner for Migration”."},
    "EarlierTime": {"time_text": "As printed."},
    "Point": {
        "id": ID,
        "session": "The session that it belongs to.",
        "date": "Its day; null: the first day of the meeting.",
        "time_precision": "How exact `time` is.",
        "time_text": "The time as printed: “+/- 13:00”.",
        "live": "Whether it is streamed.",
        "place": "Where it is not that of the meeting.",
        "in_margins": "In the margins of the meeting, and no part of it.",
        "state": "What became of it on the day.",
        "previous": "When and where it was before, the earliest first.",
        "items": "The ids of the agenda items that it is about.",
    },
    "Contact": {"id": ID, "phones": "As printed, with the country's code."},
    "Footnote": {"id": ID, "mark": "As `*`, in the texts that it belongs to."},
    "Alert": {"id": ID, "at": "When it was said."},
    "MeetingDocument": DOCUMENT
    | {
        "id": ID,
        "number": "The running number of the Council meeting, as text; may be empty.",
        "status_reason": "Why it was moved or called off.",
        "start_date": "The first day; null where it was postponed without a new date.",
        "end_date": "The last day, included.",
        "timezone": "IANA time zone of all its wall-clock times.",
        "address_word": "Tells two meetings of one configuration and day apart, in the page's address.",
        "previous": "Where and when it was published to take place before, the earliest first.",
        "presidency": "The country that presides over the Council on its date.",
        "document_number": "Of the note itself.",
        "references": "Other references of the note, as `OJ CONS 57`.",
        "issued_on": "The date of the note.",
        "agenda_status": "Whether the agenda is adopted.",
        "chairs": "Who chairs, in printed order.",
        "sessions": "The strands or bodies within the meeting.",
        "agenda": "Its items, in printed order.",
        "programme": "What happens when, in the editors' order.",
        "results": "What came of the meeting as a whole.",
        "links": "Of the meeting as a whole; those of its parts stand there.",
        "contacts": "Whom journalists may call.",
        "footnotes": "With the marks by which texts refer to them.",
        "alerts": "What changed on the day, the newest first.",
        "notice": "On whose responsibility the note was drawn up.",
    },
    "TopicDocument": DOCUMENT | {"id": ID, "slug": "As `migration-policy`, in addresses."},
    "MeetingOfPart": OWNER
    | {
        "start_date": "The first day; null where it was postponed without a new date.",
        "end_date": "The last day, included.",
    },
    "TopicOfPart": OWNER | {"slug": "As `migration-policy`, in addresses."},
    "AgendaItem": {"language": "That of its texts, but for those in `fallbacks`."},
    "MediaLink": {
        "url": "What it links to; empty as long as that is not known.",
        "owner_id": "The id of what it stands at.",
        "meeting": "Its meeting; null for a topic's link.",
        "topic": "Its topic; null for a meeting's link.",
    },
    "Configuration": {
        "code": "As `JHA`.",
        "slug": "As `jha`, in addresses.",
        "name": "In the language asked for, else in English.",
        "valid_from": "The first day in force.",
        "url": "This configuration in the API.",
        "html_url": "Its page.",
    },
    "Presidency": {
        "year": "As 2017.",
        "name": "Of the country, in the language asked for.",
        "start_date": "The first day of the half-year.",
        "end_date": "The last day of the half-year.",
        "url": "This presidency in the API.",
    },
}


def told(names: list[str], member: str) -> str:
    """By the first of the shapes' names that says something of the member; empty where none does."""
    return next((MEMBERS[name][member] for name in names if member in MEMBERS.get(name, {})), "")
