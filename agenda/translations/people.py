"""Who translates into what."""

from django.contrib.auth.models import AnonymousUser

from meetings.models import User
from meetings.rights import PERMISSIONS, Right
from meetings.rights.deciding import held_by
from meetings.vocabulary import Language


def languages_of(user: User | AnonymousUser) -> list[Language]:
    """Those that somebody's memberships name as theirs, in the order of languages.

    Empty for whoever translates into all, or none: nothing of it is more theirs than the rest.
    """
    named = {held.language for held in held_by(user) if PERMISSIONS[Right.TRANSLATE] in held.permissions}
    return [] if "" in named else [language for language in Language if language in named]


def is_translator(user: User | AnonymousUser) -> bool:
    """By a membership: superusers may translate, and it is not their work."""
    return any(PERMISSIONS[Right.TRANSLATE] in held.permissions for held in held_by(user))
