"""Look up the languages that a user translates into."""

from django.contrib.auth.models import AnonymousUser

from meetings.models import User
from meetings.rights import PERMISSIONS, Right
from meetings.rights.deciding import get_grants
from meetings.vocabulary import Language


def list_own_languages(user: User | AnonymousUser) -> list[Language]:
    """Return the languages that the memberships of a user name for translation, in the order of languages.

    The list is empty for users who translate into all languages, or into none.
    """
    codes = {grant.language for grant in get_grants(user) if PERMISSIONS[Right.TRANSLATE] in grant.permissions}
    return [] if "" in codes else [language for language in Language if language in codes]


def is_translator(user: User | AnonymousUser) -> bool:
    """Return whether a membership makes the user a translator. Superusers may translate, but it is not their work."""
    return any(PERMISSIONS[Right.TRANSLATE] in grant.permissions for grant in get_grants(user))
