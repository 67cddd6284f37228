"""A response of Django, as it is kept: in the encodings that were asked for, each with its headers."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.utils.cache import cc_delim_re
from django.utils.http import parse_etags

from council.response_cache.encodings import IDENTITY, compress, decompress, is_compressible

Header = tuple[str, str]
OWN_HEADERS = frozenset(("content-length", "x-request-id"))  # the cache adds them to each response


class EncodedResponse(NamedTuple):
    headers: Sequence[Header]
    body: bytes


class StoredResponse:
    """A response that is right in one epoch (`council.response_cache.epochs`), before the instant `until`."""

    def __init__(
        self,
        status: str,
        headers: Sequence[Header],
        body: bytes,
        *,
        encoding: str,
        epoch: int | None,
        until: dt.datetime,
    ) -> None:
        self.status, self.epoch, self.until = status, epoch, until
        self.headers = add_variation([header for header in headers if header[0].lower() not in OWN_HEADERS])
        names = {name.lower(): value for name, value in headers}
        self.tag = names.get("etag", "").removeprefix("W/")
        self.is_unchanged = status.startswith("304")
        self.is_compressible = (
            status.startswith("200")
            and "content-encoding" not in names
            and is_compressible(names.get("content-type", ""), len(body))
        )
        first = encoding if self.is_compressible else IDENTITY
        self.encoded = {first: self.build_encoded(first, compress(body, first))}

    def is_valid(self, instant: dt.datetime, epoch: int | None) -> bool:
        return self.epoch == epoch and epoch is not None and instant < self.until

    def is_answer_to(self, sent_tags: str) -> bool:
        """Return True if this responds to a request with these ETags: a 304 if one of them matches, else a 200."""
        return not sent_tags or self.is_unchanged == self.has_tag(sent_tags)

    def has_tag(self, sent: str) -> bool:
        """Return True if `If-None-Match` has this response's ETag. A compressed copy has a weak one."""
        if not self.tag:
            return False
        return sent in (self.tag, f"W/{self.tag}") or self.tag in {tag.removeprefix("W/") for tag in parse_etags(sent)}

    def get_encoded(self, encoding: str) -> EncodedResponse | None:
        """Return the response in an encoding, or None if it has not been compressed in it yet."""
        return self.encoded.get(encoding if self.is_compressible else IDENTITY)

    def encode(self, encoding: str) -> EncodedResponse:
        """Return a compressible response in another encoding."""
        known, encoded = next(iter(self.encoded.items()))
        return self.build_encoded(encoding, compress(decompress(encoded.body, known), encoding))

    def build_encoded(self, encoding: str, body: bytes) -> EncodedResponse:
        headers = list(self.headers)
        if encoding:
            headers = [(name, f"W/{self.tag}" if name == "ETag" else value) for name, value in headers]
            headers.append(("Content-Encoding", encoding))
        if not self.is_unchanged:
            headers.append(("Content-Length", str(len(body))))
        return EncodedResponse(headers, body)

    @property
    def size(self) -> int:
        """The memory that it takes, in bytes."""
        headers = sum(len(name) + len(value) for name, value in self.headers)
        return sum(len(encoded.body) + headers for encoded in [*self.encoded.values()])


def add_variation(headers: Sequence[Header]) -> list[Header]:
    """Return the headers with `Accept-Encoding` in `Vary`."""
    varies = [value for name, value in headers if name.lower() == "vary"]
    known = [value for value in cc_delim_re.split(", ".join(varies)) if value]
    if "accept-encoding" not in {value.lower() for value in known}:
        known.append("Accept-Encoding")
    return [*((name, value) for name, value in headers if name.lower() != "vary"), ("Vary", ", ".join(known))]
