"""Describe the data of the site for catalogues of open data: DCAT-AP 3.0 as JSON-LD.

data.europa.eu and national portals read such descriptions. `dcat.json` is the description with the names of values in
braces. The names of vocabularies are those of the Publications Office of the European Union.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from council.public_dump.kept_file import KeptDump
from meetings.http.licence import get_licence

TEMPLATE = json.loads(Path(__file__).with_name("dcat.json").read_text(encoding="utf-8"))
PLACEHOLDER = re.compile(r"\{(\w+)\}")
Node = dict[str, Any]


def build_catalogue(site: str, kept: KeptDump | None) -> Node:
    """Return the description of a catalogue with one data set. `kept` is None while there is no dump."""
    licence = get_licence()
    values = {
        "site": site,
        "catalogue": site + reverse("api-dump-dcat"),
        "root": site + reverse("api-root"),
        "docs": site + reverse("api-docs"),
        "schema": site + reverse("api-schema"),
        "dump": site + reverse("api-dump"),
        "dump_file": site + reverse("api-dump-file"),
        "attribution": settings.ATTRIBUTION,
        "licence": licence.url,
        "licence_name": licence.name,
        "contact": build_contact(),
        "modified": kept and {"@type": "xsd:dateTime", "@value": f"{kept.as_of:%Y-%m-%dT%H:%M:%SZ}"},
        "size": kept and {"@type": "xsd:nonNegativeInteger", "@value": str(kept.size)},
        "checksum": kept and build_checksum(kept),
    }
    catalogue: Node = fill_in(TEMPLATE, values)
    return catalogue


def fill_in(part: Any, values: Mapping[str, Any]) -> Any:
    """Return a part of the template with its values. A member whose value is None is left out."""
    if isinstance(part, dict):
        members = ((name, fill_in(member, values)) for name, member in part.items())
        return {name: member for name, member in members if member is not None}
    if isinstance(part, list):
        return [fill_in(entry, values) for entry in part]
    if whole := PLACEHOLDER.fullmatch(part):
        return values[whole[1]]
    return PLACEHOLDER.sub(lambda found: values[found[1]], part)


def build_contact() -> Node | None:
    """Return the contact for readers, which is an email or web address."""
    contact = settings.SITE_CONTACT
    if not contact:
        return None
    card = {"vcard:hasEmail": {"@id": f"mailto:{contact}"}} if "@" in contact else {"vcard:hasURL": {"@id": contact}}
    return {"@type": "vcard:Kind", "vcard:fn": settings.ATTRIBUTION, **card}


def build_checksum(kept: KeptDump) -> Node:
    return {
        "@type": "spdx:Checksum",
        "spdx:algorithm": {"@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"},
        "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": kept.sha256},
    }
