"""The rules that read a note: name, member of the document that the rule fills, and whether the words of the line stay.

If they stay (`keeps_words`), every word of the line is in the document. If not, the rule has understood the whole line,
and the export writes the line again from the facts.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """A rule. Its name is printed by `import_note --dry-run`."""

    name: str
    field: str = ""
    keeps_words: bool = False


@dataclass(frozen=True)
class AppliedRule:
    """Lines of the note and the rule that has read them. The attribute names are keys of `import_note --dry-run`."""

    lines: list[int]
    rule: str
    field: str


INSTITUTION = Rule("institution")
PRESS_MARK = Rule("press mark")
LANGUAGE_MARK = Rule("language mark", "language")
NOTE_TYPE = Rule("kind of note")
PAGE_NUMBER = Rule("page number")
SEPARATOR = Rule("separator")
PROVENANCE = Rule("where the file comes from")
ISSUE_DATE = Rule("date of issue", "issued_on")
DOCUMENT_NUMBER = Rule("document number", "document_number", keeps_words=True)
REFERENCE = Rule("reference", "references", keeps_words=True)
TITLE = Rule("configuration, dates and place", "title")
REPEATED_DATES = Rule("dates again", "start_date")
OPENING = Rule("start and chairs", "chairs")
OPENING_TEXT = Rule("start and chairs in the text", "chairs", keeps_words=True)
AS_PLANNED = Rule("as planned")
LEAD = Rule("lead", "lead", keeps_words=True)
PRESS_HEADING = Rule("press heading", "programme")
OTHER_HEADING = Rule("other events heading", "programme")
DAY_HEADING = Rule("day heading", "programme.date")
POINT = Rule("programme point", "programme")
POINT_TEXT = Rule("text of a programme point", "programme.text", keeps_words=True)
POINT_IN_TEXT = Rule("press conference in the text", "programme", keeps_words=True)
LINK = Rule("link", "links")
CONTACT_HEADING = Rule("contacts heading", "contacts")
CONTACT = Rule("contact", "contacts")
NOTICE = Rule("notice", "notice")
FOOTNOTE = Rule("footnote", "footnotes", keeps_words=True)
SESSION = Rule("session", "sessions")
SESSION_TEXT = Rule("text of a session", "sessions.text", keeps_words=True)
ITEM_TITLE = Rule("item title", "agenda.title", keeps_words=True)
ITEM_FACTS = Rule("facts in an item title", "agenda")
OUTCOME = Rule("outcome sought", "agenda.outcome_sought", keeps_words=True)
PROVIDER = Rule("information from", "agenda.information_from")
ITEM_TEXT = Rule("item text", "agenda.text", keeps_words=True)
ITEM_LINK = Rule("item link", "agenda.links", keeps_words=True)
