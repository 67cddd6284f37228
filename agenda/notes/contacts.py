"""Parse the contacts for journalists: “Press officer: Name, +32 …, name@…”."""

import re
from uuid import uuid4

from agenda.notes.inline_markup import BARE_ADDRESS
from agenda.notes.phrases import NotePhrases
from meetings.documents.schema import Contact

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
MAX_CONTACT_NAME_LENGTH, MAX_CONTACT_ROLE_LENGTH, MAX_EMAIL_LENGTH, MAX_CONTACT_URL_LENGTH = 200, 300, 254, 500


def parse_contact(phrases: NotePhrases, text: str, listed: bool) -> Contact | None:
    """Return the contact if the whole line is nothing but name, role, phone numbers and e-mail, separated by commas."""
    match = phrases.press.contact.fullmatch(text)
    office = phrases.press.office.fullmatch(text)
    if match:
        is_role = phrases.press.officer_label.search(match["label"])
        return build_contact(phrases, match["rest"], match["label"] if is_role else "")
    if office:
        return build_contact(phrases, ", ".join(filter(None, [office["name"], office["rest"]])), "")
    return build_contact(phrases, text, "") if listed else None


def build_contact(phrases: NotePhrases, text: str, label: str) -> Contact | None:
    """Return the contact, or None if a part of the text has no place in a contact or is too long."""
    name, *parts = [part.strip() for part in re.split(r"\s*[,;]\s*", text)]
    topic, colon, after = name.partition(": ")
    roles = [topic] if colon else []
    contact = Contact(id=uuid4(), name=after if colon else name)
    for part in parts:
        telephone = phrases.press.telephone.fullmatch(part)
        if telephone:
            contact.phones.append(telephone["number"])
        elif EMAIL.fullmatch(part) and len(part) <= MAX_EMAIL_LENGTH and not contact.email:
            contact.email = part
        elif BARE_ADDRESS.fullmatch(part) and len(part) <= MAX_CONTACT_URL_LENGTH and not contact.url:
            contact.url = part
        elif part:
            roles.append(part)
    contact.role = ", ".join(roles) or label
    fits = 0 < len(contact.name) <= MAX_CONTACT_NAME_LENGTH and len(contact.role) <= MAX_CONTACT_ROLE_LENGTH
    return contact if fits else None
