"""Hide from Django each `Content-Type` that no form or script of the site sends."""

import re
from collections.abc import Callable, Iterable
from typing import Any

# A form with files has a boundary (RFC 2046, 5.1.1). Browsers may add the encoding, which is the same for all forms.
CONTENT_TYPE = re.compile(
    r"[\w.+-]{1,100}/[\w.+-]{1,100}(?: ?; ?charset=\"?utf-8\"?)?(?: ?; ?boundary=[\w'()+,./:=?\"-]{1,72})?",
    re.ASCII | re.IGNORECASE,
)


class ContentTypeFilter:
    """A WSGI application that removes `Content-Type` from requests without a body, and any that is strange.

    Django decodes the query in the encoding that `Content-Type` names, also if there is no body: in another than UTF-8,
    an address means something else, which kept responses would show to everybody. It reads the header before any
    middleware can answer, fails on parameters that it cannot decode, and takes long if they are long. To Django, a
    strange form has no fields, so that it is refused like others.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST" or not CONTENT_TYPE.fullmatch(environ.get("CONTENT_TYPE", "")):
            environ.pop("CONTENT_TYPE", None)
        return self.application(environ, start_response)
