"""The WSGI application that granian serves."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from council.serving import refuse_unconfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "council.settings")
application = get_wsgi_application()
# granian takes its address from its command line, or else from GRANIAN_HOST
hosts = [after for word, after in zip(sys.argv, sys.argv[1:], strict=False) if word == "--host"]
refuse_unconfigured(hosts[-1] if hosts else os.environ.get("GRANIAN_HOST", "127.0.0.1"))
