"""Sessions in the database, of which a reader of the database can use nothing.

Whoever sends a session's key is its user, so the table has only a digest of it. The contents are encrypted: Django
keeps there the token of a link with which somebody is setting their password.
"""

import hashlib
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from meetings.sign_in.encryption import decrypt, encrypt

PURPOSE = "sessions"
MAX_STORED_KEY_LENGTH = 40  # of the column in Django's table


def compute_stored_key(session_key: str | None) -> str:
    """Return the digest under which the session with this key is stored.

    Keys have 165 random bits, so they need no slow hash, and 160 bits of the digest are as hard to invert as a key is
    to guess. A digest as a cookie finds nothing, since it is hashed too.
    """
    return hashlib.sha256((session_key or "").encode()).hexdigest()[:MAX_STORED_KEY_LENGTH]


class SessionStore(db.SessionStore):
    """Django's store. `session_key` is what the browser sends; every query has its digest instead."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        return encrypt(super().encode(session_dict).encode(), PURPOSE)

    def decode(self, session_data: Any) -> dict[str, Any]:
        return super().decode((decrypt(session_data, PURPOSE) or b"").decode())

    def _get_session_from_db(self) -> Any:
        stored_key = compute_stored_key(self.session_key)
        row = self.model.objects.filter(session_key=stored_key, expire_date__gt=timezone.now()).first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        return super().exists(compute_stored_key(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.session_key = compute_stored_key(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            super().delete(compute_stored_key(key))

    # These call the methods above in a thread. Django's database store has queries of their own, with the key itself.
    aload = SessionBase.aload
    aexists = SessionBase.aexists
    acreate = SessionBase.acreate
    asave = SessionBase.asave
    adelete = SessionBase.adelete
