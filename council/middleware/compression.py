"""Compress responses for programs with Brotli, which the front server does not have.

The front server compresses everything else with gzip, except forms: they contain a token, which the compressed length
could reveal. Responses for programs are the same for everybody and contain no secret.
"""

import re

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from council.middleware import Middleware
from council.program_paths import is_for_programs

MIN_COMPRESSED_LENGTH = 1000  # bytes; compressing less is not worth it
BROTLI_QUALITY = 4  # out of 11; responses are compressed while the client waits
ACCEPTS_BROTLI = re.compile(r"(?:^|,)\s*br\s*(?:;\s*q=(?:1|0\.\d*[1-9])[^,]*)?(?:,|$)", re.IGNORECASE)


class CompressionMiddleware(Middleware):
    """Middleware that compresses responses for programs if the client accepts Brotli."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_for_programs(request.path_info):
            patch_vary_headers(response, ("Accept-Encoding",))
            if response.status_code == 200 and ACCEPTS_BROTLI.search(request.headers.get("Accept-Encoding", "")):
                compress(response)
        return response


def compress(response: HttpResponse) -> None:
    if len(response.content) < MIN_COMPRESSED_LENGTH or response.has_header("Content-Encoding"):
        return
    response.content = brotli.compress(response.content, quality=BROTLI_QUALITY)
    response["Content-Length"] = str(len(response.content))
    response["Content-Encoding"] = "br"
    if response.has_header("ETag"):
        response["ETag"] = f"W/{response['ETag'].removeprefix('W/')}"
