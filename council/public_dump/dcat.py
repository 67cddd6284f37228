"""Describe the data of the site for catalogues of open data: DCAT-AP 3.0 as JSON-LD.

data.europa.eu and national portals read such descriptions. The names of vocabularies are those of the Publications
Office of the European Union.
"""

from typing import Any

from django.conf import settings
from django.urls import reverse

from council.public_dump.kept_file import KeptDump
from meetings.http.licence import get_licence

AUTHORITY = "http://publications.europa.eu/resource/authority/"
GZIP = "https://www.iana.org/assignments/media-types/application/gzip"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
TITLE = "Agendas of the Council of the European Union"
ABOUT = (
    "Meetings of the Council of the European Union as the press office publishes them: agendas, programmes with press "
    "conferences and live streams, results, links, and background topics."
)
Node = dict[str, Any]


def build_catalogue(site: str, kept: KeptDump | None) -> Node:
    """Return the description of a catalogue with one data set. `kept` is None while the dump is being written."""
    publisher = {"@id": f"{site}/#publisher", "@type": "foaf:Agent", "foaf:name": settings.ATTRIBUTION}
    licence = {"@id": get_licence().url, "@type": "dct:LicenseDocument", "dct:title": in_english(get_licence().name)}
    return {
        "@context": CONTEXT,
        "@id": site + reverse("api-dump-dcat"),
        "@type": "dcat:Catalog",
        "dct:title": in_english(TITLE),
        "dct:description": in_english(ABOUT),
        "dct:publisher": publisher,
        "dct:license": licence,
        "foaf:homepage": {"@id": f"{site}/", "@type": "foaf:Document"},
        "dcat:dataset": build_dataset(site, kept, publisher, licence),
    }


def build_dataset(site: str, kept: KeptDump | None, publisher: Node, licence: Node) -> Node:
    docs = {"@id": site + reverse("api-docs"), "@type": "foaf:Document"}
    service = {
        "@id": f"{site}{reverse('api-root')}#service",
        "@type": "dcat:DataService",
        "dct:title": in_english("API"),
        "dcat:endpointURL": {"@id": site + reverse("api-root")},
        "dcat:servesDataset": {"@id": f"{site}{reverse('api-root')}#dataset"},
        "dcat:endpointDescription": {"@id": site + reverse("api-schema")},
        "foaf:page": docs,
        "dct:license": refer_to(licence),
    }
    return {
        "@id": f"{site}{reverse('api-root')}#dataset",
        "@type": "dcat:Dataset",
        "dct:title": in_english(TITLE),
        "dct:description": in_english(ABOUT),
        "dct:identifier": site + reverse("api-root"),
        "dct:publisher": refer_to(publisher),
        "dct:accessRights": build_term("access-right/PUBLIC", "dct:RightsStatement"),
        "dct:accrualPeriodicity": build_term("frequency/CONT", "dct:Frequency"),
        "dcat:theme": build_term("data-theme/GOVE", "skos:Concept")
        | {"skos:prefLabel": in_english("Government and public sector")},
        "dcat:keyword": [in_english(word) for word in ("Council of the European Union", "agenda", "press conference")],
        "dcat:landingPage": docs,
        **build_contact(),
        **build_date(kept),
        "dcat:distribution": [
            {
                "@id": f"{site}{reverse('api-dump')}#distribution",
                "@type": "dcat:Distribution",
                "dct:title": in_english("Everything at once, as JSON lines"),
                "dct:description": in_english("Each meeting and topic in each of its languages, one on each line."),
                "dcat:accessURL": {"@id": site + reverse("api-dump")},
                "dcat:downloadURL": {"@id": site + reverse("api-dump-file")},
                "dct:format": build_term("file-type/JSON", "dct:MediaTypeOrExtent"),
                "dcat:mediaType": {"@id": GZIP, "@type": "dct:MediaType"},
                "dcat:compressFormat": {"@id": GZIP},
                "dct:license": refer_to(licence),
                **build_date(kept),
                **build_checksum(kept),
            },
            {
                "@id": f"{site}{reverse('api-root')}#distribution",
                "@type": "dcat:Distribution",
                "dct:title": in_english("API, as JSON and CSV"),
                "dct:description": in_english("Lists with filters, earlier states, and every change in order."),
                "dcat:accessURL": {"@id": site + reverse("api-root")},
                "dcat:accessService": service,
                "dct:format": build_term("file-type/JSON", "dct:MediaTypeOrExtent"),
                "dct:license": refer_to(licence),
            },
        ],
    }


def in_english(text: str) -> Node:
    return {"@language": "en", "@value": text}


def refer_to(node: Node) -> Node:
    return {"@id": node["@id"]}


def build_term(path: str, kind: str) -> Node:
    return {"@id": AUTHORITY + path, "@type": kind}


def build_contact() -> Node:
    """Return the contact for readers, which is an email or web address."""
    contact = settings.SITE_CONTACT
    if not contact:
        return {}
    card = {"vcard:hasEmail": {"@id": f"mailto:{contact}"}} if "@" in contact else {"vcard:hasURL": {"@id": contact}}
    return {"dcat:contactPoint": {"@type": "vcard:Kind", "vcard:fn": settings.ATTRIBUTION, **card}}


def build_date(kept: KeptDump | None) -> Node:
    date = kept and {"@type": "xsd:dateTime", "@value": f"{kept.as_of:%Y-%m-%dT%H:%M:%SZ}"}
    return {"dct:modified": date} if date else {}


def build_checksum(kept: KeptDump | None) -> Node:
    if kept is None:
        return {}
    return {
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(kept.size)},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": kept.sha256},
        },
    }
