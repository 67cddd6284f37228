"""Whom journalists may call: “Press officer: Name, +32 …, name@…”."""

import re
from uuid import uuid4

from agenda.notes.marks import BARE_ADDRESS
from agenda.notes.words import NoteWords
from meetings.documents.shape import Contact

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
LONGEST_NAME, LONGEST_ROLE, LONGEST_EMAIL, LONGEST_ADDRESS = 200, 300, 254, 500


def read_contact(words: NoteWords, text: str, listed: bool) -> Contact | None:
    """Name, role, telephones and e-mail between commas, if the whole line is nothing else."""
    match = words.press.contact.fullmatch(text)
    office = words.press.office.fullmatch(text)
    if match:
        return contact_of(words, match["rest"], match["label"] if words.press.officer.search(match["label"]) else "")
    if office:
        return contact_of(words, ", ".join(filter(None, [office["name"], office["rest"]])), "")
    return contact_of(words, text, "") if listed else None


def contact_of(words: NoteWords, text: str, label: str) -> Contact | None:
    """None where a part has no place in a contact, or does not fit it."""
    name, *parts = [part.strip() for part in re.split(r"\s*[,;]\s*", text)]
    topic, colon, after = name.partition(": ")
    roles = [topic] if colon else []
    contact = Contact(id=uuid4(), name=after if colon else name)
    for part in parts:
        telephone = words.press.telephone.fullmatch(part)
        if telephone:
            contact.phones.append(telephone["number"])
        elif EMAIL.fullmatch(part) and len(part) <= LONGEST_EMAIL and not contact.email:
            contact.email = part
        elif BARE_ADDRESS.fullmatch(part) and len(part) <= LONGEST_ADDRESS and not contact.url:
            contact.url = part
        elif part:
            roles.append(part)
    contact.role = ", ".join(roles) or label
    fits = 0 < len(contact.name) <= LONGEST_NAME and len(contact.role) <= LONGEST_ROLE
    return contact if fits else None
