"""Compression of what programs read: Brotli or gzip, where the client takes it.

Pages are left to the front server, and forms, which hold a token that their compressed length could tell, to nobody.
What programs read is the same for everybody and holds no secret.
"""

import gzip
import re
from collections.abc import Callable
from functools import lru_cache, partial

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from council.programs import is_for_programs

SMALLEST = 1000  # bytes: less is not worth it
BROTLI_QUALITY, GZIP_LEVEL = 4, 5  # of 11 and 9: for answers that are made at once


class CompressionMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_for_programs(request.path_info):
            patch_vary_headers(response, ("Accept-Encoding",))
            encoding = encoding_for(request.headers.get("Accept-Encoding", ""))
            if encoding and response.status_code == 200 and not response.has_header("Content-Encoding"):
                compress(response, encoding)
        return response


def compress(response: HttpResponse, encoding: str) -> None:
    if response.streaming or len(response.content) < SMALLEST:
        return
    response.content = WHOLE[encoding](response.content)
    response["Content-Length"] = str(len(response.content))
    response["Content-Encoding"] = encoding
    if etag := response.get("ETag"):
        response["ETag"] = etag if etag.startswith("W/") else f"W/{etag}"


@lru_cache(maxsize=256)
def encoding_for(accepted: str) -> str:
    """The one of ours that the client likes best, Brotli among equals; empty where it takes none."""
    weights: dict[str, float] = {}
    for each in accepted.lower().split(","):
        name, *parameters = (part.strip() for part in each.split(";"))
        weights[name] = next((weight_of(parameter) for parameter in parameters), 1.0)
    ours = {name: weights.get(name, weights.get("*", 0.0)) for name in WHOLE}
    best = max(ours, key=lambda name: ours[name])
    return best if ours[best] > 0 and ours[best] >= weights.get("identity", 0.0) else ""


def weight_of(parameter: str) -> float:
    found = re.fullmatch(r"q\s*=\s*([01](?:\.[0-9]{0,3})?)", parameter)
    return float(found[1]) if found else 0.0


WHOLE: dict[str, Callable[[bytes], bytes]] = {
    "br": partial(brotli.compress, quality=BROTLI_QUALITY),
    "gzip": partial(gzip.compress, compresslevel=GZIP_LEVEL, mtime=0),
}
