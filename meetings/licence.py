"""The licence of the published texts, and the attribution that it requires."""

from typing import Annotated

import msgspec
from django.conf import settings
from msgspec import Meta

LicenceUrl = Annotated[str, Meta(description="The address of its text.", extra_json_schema={"format": "uri"})]


class Licence(msgspec.Struct, kw_only=True, frozen=True):
    """The licence of everything in the answer."""

    name: str
    url: LicenceUrl
    attribution: Annotated[str, Meta(description="The source to name.")]


def get_licence() -> Licence:
    return Licence(name=settings.LICENCE_NAME, url=settings.LICENCE_URL, attribution=settings.ATTRIBUTION)
