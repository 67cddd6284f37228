"""Compress responses for programs with Brotli or gzip, if the client accepts it.

The front server compresses pages. Nobody compresses forms: they contain a token, which the compressed length could
reveal. Responses for programs are the same for everybody and contain no secret.
"""

import gzip
import re
from collections.abc import Callable
from functools import lru_cache, partial

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from council.programs import is_for_programs

MIN_COMPRESSED_LENGTH = 1000  # bytes; compressing less is not worth it
BROTLI_QUALITY, GZIP_LEVEL = 4, 5  # out of 11 and 9; responses are compressed while the client waits


class CompressionMiddleware:
    """Middleware that compresses responses for programs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_for_programs(request.path_info):
            patch_vary_headers(response, ("Accept-Encoding",))
            encoding = choose_encoding(request.headers.get("Accept-Encoding", ""))
            if encoding and response.status_code == 200 and not response.has_header("Content-Encoding"):
                compress(response, encoding)
        return response


def compress(response: HttpResponse, encoding: str) -> None:
    if response.streaming or len(response.content) < MIN_COMPRESSED_LENGTH:
        return
    response.content = COMPRESSORS[encoding](response.content)
    response["Content-Length"] = str(len(response.content))
    response["Content-Encoding"] = encoding
    if etag := response.get("ETag"):
        response["ETag"] = etag if etag.startswith("W/") else f"W/{etag}"


@lru_cache(maxsize=256)
def choose_encoding(accepted: str) -> str:
    """Return our encoding with the highest quality for the client, Brotli among equals; empty if it accepts none."""
    weights: dict[str, float] = {}
    for each in accepted.lower().split(","):
        name, *parameters = (part.strip() for part in each.split(";"))
        weights[name] = next((parse_quality(parameter) for parameter in parameters), 1.0)
    qualities = {name: weights.get(name, weights.get("*", 0.0)) for name in COMPRESSORS}
    best = max(qualities, key=lambda name: qualities[name])
    return best if qualities[best] > 0 and qualities[best] >= weights.get("identity", 0.0) else ""


def parse_quality(parameter: str) -> float:
    found = re.fullmatch(r"q\s*=\s*([01](?:\.[0-9]{0,3})?)", parameter)
    return float(found[1]) if found else 0.0


COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "br": partial(brotli.compress, quality=BROTLI_QUALITY),
    "gzip": partial(gzip.compress, compresslevel=GZIP_LEVEL, mtime=0),
}
