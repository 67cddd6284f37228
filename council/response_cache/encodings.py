"""Compress the bodies of responses in the encodings that clients accept."""

import gzip
import re
from functools import lru_cache

import brotli

BROTLI, GZIP, IDENTITY = "br", "gzip", ""
MIN_COMPRESSED_LENGTH = 1_000  # bytes; compressing less is not worth it
BROTLI_QUALITY, GZIP_LEVEL = 5, 6  # out of 11 and 9; the client waits the first time
COMPRESSED_TYPE = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:json|xml)\b")
ACCEPTED = r"(?:^|,)\s*{}\s*(?:;\s*q=(?:1|0\.\d*[1-9])[^,]*)?(?:,|$)"
ACCEPTS = {name: re.compile(ACCEPTED.format(name), re.IGNORECASE) for name in (BROTLI, GZIP)}


@lru_cache(maxsize=512)
def choose_encoding(accepted: str) -> str:
    """Return the best encoding that `Accept-Encoding` accepts."""
    return next((name for name, pattern in ACCEPTS.items() if pattern.search(accepted)), IDENTITY)


def is_compressible(content_type: str, length: int) -> bool:
    return length >= MIN_COMPRESSED_LENGTH and COMPRESSED_TYPE.match(content_type) is not None


def decompress(body: bytes, encoding: str) -> bytes:
    if encoding == BROTLI:
        return bytes(brotli.decompress(body))
    return gzip.decompress(body) if encoding == GZIP else body


def compress(body: bytes, encoding: str) -> bytes:
    if encoding == BROTLI:
        return bytes(brotli.compress(body, quality=BROTLI_QUALITY))
    return gzip.compress(body, GZIP_LEVEL, mtime=0) if encoding == GZIP else body
