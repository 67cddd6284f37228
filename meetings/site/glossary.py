"""View of the glossary. It needs no query."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from meetings.reference.glossary import TERMS


def glossary(request: HttpRequest) -> HttpResponse:
    context = {
        "terms": [(term, [TERMS[slug] for slug in term.see]) for term in TERMS.values()],
        "description": _("Words of the Council of the European Union in plain English: A items, Coreper, trilogue …"),
    }
    return render(request, "meetings/glossary.html", context)
