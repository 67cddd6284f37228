"""Under what licence the published texts may be used, and who is to be named."""

from typing import Annotated

import msgspec
from django.conf import settings
from msgspec import Meta

Address = Annotated[str, Meta(description="Its text.", extra_json_schema={"format": "uri"})]


class Licence(msgspec.Struct, kw_only=True, frozen=True):
    """Under what licence everything in the answer may be used."""

    name: str
    url: Address
    attribution: Annotated[str, Meta(description="Whom to name as the source.")]


def licence() -> Licence:
    return Licence(name=settings.LICENCE_NAME, url=settings.LICENCE_URL, attribution=settings.ATTRIBUTION)
