"""Keep messages for the next page in a cookie that is for this host only, like the session's."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookieStorage(CookieStorage):
    cookie_name = settings.MESSAGE_COOKIE_NAME


class MessageStorage(FallbackStorage):
    """Django's default storage, with that cookie. What is too long for it is kept in the session."""

    storage_classes = (HostCookieStorage, SessionStorage)
