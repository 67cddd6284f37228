"""The WSGI application, served by granian: the cache of responses, and Django behind it."""

import gc
import os
import sys
from importlib import import_module
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from council.content_types import ContentTypeFilter
from council.startup_checks import (
    refuse_privileged_database_role,
    refuse_too_many_threads,
    refuse_unconfigured_host,
)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "council.settings")
gc.disable()  # until the apps are loaded (council.apps)
application: Any = get_wsgi_application()

from council.response_cache.cache import ResponseCache  # noqa: E402 (they need the apps, which are loaded now)
from meetings.documents.encoding import prepare_decoding  # noqa: E402

import_module(settings.ROOT_URLCONF)  # all pages and screens: no request waits for them
prepare_decoding()
application = ResponseCache(ContentTypeFilter(application), settings.RESPONSE_CACHE_SIZE)
# granian takes its address from its command line, or else from GRANIAN_HOST
arguments = " ".join(sys.argv).replace("--host=", "--host ").split(" ")
hosts = [value for option, value in pairwise(arguments) if option == "--host"]
refuse_unconfigured_host(hosts[-1] if hosts else os.environ.get("GRANIAN_HOST", "127.0.0.1"))
refuse_too_many_threads(os.environ)
refuse_privileged_database_role()
