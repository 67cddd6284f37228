"""Descriptions of the members of documents, by the name of the shape, for the API's description.

Only members whose names do not explain themselves are listed. A shape that is derived from another has the same
descriptions.
"""

ID_DESCRIPTION = "Its id, which stays the same in all editions."
DOCUMENT_MEMBERS = {
    "version": "The version of the shape. New members do not change it.",
    "language": "The language of this document.",
    "source_language": "The language in which it was written.",
    "lead": "The opening paragraphs.",
}
OWNER_MEMBERS = {
    "id": "Its id, which never changes.",
    "url": "Its address in the API.",
    "html_url": "Its page.",
    "language": "The language of its title.",
    "edition": "The number of its current edition.",
    "digest": "The SHA-256 digest of its document.",
    "source_language": "The language in which it was written.",
}
MEMBER_DESCRIPTIONS = {
    "ConfigurationName": {
        "code": "For example, `JHA`.",
        "slug": "The name in addresses, for example `jha`.",
        "name": "In the document's language.",
    },
    "PresidencyName": {"name": "The name of the country, in the document's language."},
    "Place": {"city": "In the document's language.", "venue": "The building."},
    "EarlierDate": {"city": "In the document's language.", "venue": "The building."},
    "Chair": {
        "id": ID_DESCRIPTION,
        "role": "For example, “Minister for the Interior of Estonia”.",
        "session": "The session that they chair; null for all sessions.",
        "date": "The day on which they chair; null for all days.",
    },
    "Session": {
        "id": ID_DESCRIPTION,
        "title": "For example, “Home Affairs”.",
        "date": "Its day, if the meeting has several days.",
        "place": "Its place, if it is not that of the meeting.",
    },
    "Image": {
        "digest": "The SHA-256 digest of the image.",
        "alt": "A description of the image.",
        "width": "In pixels.",
        "height": "In pixels.",
    },
    "Link": {
        "id": ID_DESCRIPTION,
        "title": "The text of the link.",
        "language": "The language of the linked page; empty if it is not stated.",
        "image": "The image of an infographic.",
    },
    "Result": {"id": ID_DESCRIPTION, "date": "The day of the result.", "title": "May be empty."},
    "TopicName": {"id": "The id of the topic.", "slug": "The name in addresses, for example `migration-policy`."},
    "Item": {
        "id": ID_DESCRIPTION,
        "number": "The number as printed, for example `8 b`; may be empty. It does not decide the order.",
        "session": "The session in which it is discussed.",
        "state_note": "Why it was added, withdrawn or postponed.",
        "outcome_sought": "For example, “Policy debate”.",
        "public_basis": "Why it is in public session.",
        "information_from": "Who informs the Council: the Commission or a delegation.",
        "supported_by": "The delegations that support the request.",
        "documents": "Numbers of Council documents, for example `14996/1/22 REV 1`.",
        "procedures": "Codes of interinstitutional files, for example `2016/0142 (COD)`.",
        "legal_basis": "As printed.",
        "topics": "The background topics of this item.",
        "result": "The result of this item.",
        "items": "The items within this one, in printed order.",
    },
    "Speaker": {"role": "For example, “Commissioner for Migration”."},
    "EarlierTime": {"time_text": "As printed."},
    "Point": {
        "id": ID_DESCRIPTION,
        "session": "The session to which it belongs.",
        "date": "Its day; null for the first day of the meeting.",
        "time_precision": "How exact `time` is.",
        "time_text": "The time as printed: “+/- 13:00”.",
        "live": "Whether it is streamed.",
        "place": "Its place, if it is not that of the meeting.",
        "in_margins": "Whether it takes place alongside the meeting and is not part of it.",
        "state": "Its state on the day.",
        "previous": "Its earlier times and places, the earliest first.",
        "items": "The ids of the agenda items that it is about.",
    },
    "Contact": {"id": ID_DESCRIPTION, "phones": "As printed, with the country code."},
    "Footnote": {"id": ID_DESCRIPTION, "mark": "The mark in the texts that refer to it, for example `*`."},
    "Alert": {"id": ID_DESCRIPTION, "at": "When it was announced."},
    "MeetingDocument": DOCUMENT_MEMBERS
    | {
        "id": ID_DESCRIPTION,
        "number": "The running number of the Council meeting, as text; may be empty.",
        "status_reason": "Why it was moved, postponed or cancelled.",
        "start_date": "The first day; null if it was postponed without a new date.",
        "end_date": "The last day, inclusive.",
        "timezone": "The IANA time zone of all its wall-clock times.",
        "address_word": "A word in the page's address that distinguishes two meetings of one configuration on one day.",
        "previous": "The dates and places for which it was published earlier, the earliest first.",
        "presidency": "The country that holds the presidency of the Council on its date.",
        "document_number": "The document number of the note itself.",
        "references": "Other references of the note, for example `OJ CONS 57`.",
        "issued_on": "The date of the note.",
        "agenda_status": "Whether the agenda is adopted.",
        "chairs": "The chairs, in printed order.",
        "sessions": "The strands or bodies within the meeting.",
        "agenda": "The items of the agenda, in printed order.",
        "programme": "The programme events, in the editors' order.",
        "results": "The results of the meeting as a whole.",
        "links": "The links of the meeting as a whole; its parts have links of their own.",
        "contacts": "The contacts for journalists.",
        "footnotes": "The footnotes, with the marks by which texts refer to them.",
        "alerts": "Changes on the day of the meeting, the newest first.",
        "notice": "On whose responsibility the note was drawn up.",
    },
    "TopicDocument": DOCUMENT_MEMBERS
    | {"id": ID_DESCRIPTION, "slug": "The name in addresses, for example `migration-policy`."},
    "MeetingOfPart": OWNER_MEMBERS
    | {
        "start_date": "The first day; null if it was postponed without a new date.",
        "end_date": "The last day, inclusive.",
    },
    "TopicOfPart": OWNER_MEMBERS | {"slug": "The name in addresses, for example `migration-policy`."},
    "AgendaItem": {"language": "The language of its texts, except those in `fallbacks`."},
    "MediaLink": {
        "url": "The linked address; empty if it is not known yet.",
        "owner_id": "The id of the meeting, topic, item, point or result to which the link belongs.",
        "meeting": "Its meeting; null for a topic's link.",
        "topic": "Its topic; null for a meeting's link.",
    },
    "Configuration": {
        "code": "For example, `JHA`.",
        "slug": "The name in addresses, for example `jha`.",
        "name": "In the requested language, or else in English.",
        "valid_from": "The first day in force.",
        "url": "This configuration in the API.",
        "html_url": "Its page.",
    },
    "Presidency": {
        "year": "For example, 2017.",
        "name": "The name of the country, in the requested language.",
        "start_date": "The first day of the half-year.",
        "end_date": "The last day of the half-year.",
        "url": "This presidency in the API.",
    },
}


def get_member_description(names: list[str], member: str) -> str:
    """Return the description of a member from the first of the shapes that has one; empty if none has."""
    return next(
        (MEMBER_DESCRIPTIONS[name][member] for name in names if member in MEMBER_DESCRIPTIONS.get(name, {})), ""
    )
