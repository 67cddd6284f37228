"""Compiled templates give the same bytes as Django's own engine, and fail where it fails."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.template import Context, Engine, RequestContext, Template, TemplateDoesNotExist, engines
from django.template.base import VariableDoesNotExist
from django.test import RequestFactory
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from council.compiled_templates.compiler import CompiledNodeList
from meetings.documents.choices import MeetingStatus
from tests.paths import ROOT

LOCMEM = "django.template.loaders.locmem.Loader"
LIBRARIES = {name: f"django.templatetags.{name}" for name in ("i18n", "static")} | {
    "documents": "meetings.templatetags.documents",
    "metadata": "meetings.templatetags.metadata",
}


class Point(NamedTuple):
    title: str
    number: int


class Broken:
    @property
    def value(self) -> str:
        return self.nowhere  # type: ignore[attr-defined,no-any-return]

    @property
    def removed(self) -> str:
        raise ObjectDoesNotExist

    def method(self) -> str:
        return "called"

    def needs_more(self, more: str) -> str:
        return more


VALUES: dict[str, Any] = {
    "text": "Fisheries & <b>Energy</b> 'now'",
    "safe": mark_safe("<b>safe</b>"),
    "lazy": gettext_lazy("Meetings"),
    "number": 12345,
    "half": 0.5,
    "yes": True,
    "none": None,
    "empty": [],
    "day": dt.date(2026, 11, 29),
    "instant": dt.datetime(2026, 11, 29, 12, 0, tzinfo=dt.UTC),
    "names": ["a", "<b>", "c"],
    "pairs": [("a", 1), ("b", 2)],
    "iterator": (letter for letter in "xyz"),
    "point": Point("<Doorstep>", 3),
    "status": MeetingStatus.CONFIRMED,
    "mapping": {"key": "value & more", "items_of": {"0": "zero"}},
    "thing": SimpleNamespace(name="n & m", inner=SimpleNamespace(other="deep")),
    "broken": Broken(),
}

TEXTS = r"""
{{ text }} {{ safe }} {{ lazy }} {{ number }} {{ half }} {{ yes }} {{ none }} {{ day }} {{ instant }} {{ status }}
{{ missing }}|{{ thing.missing }}|{{ mapping.missing }}|{{ point.missing }}|{{ names.9 }}|{{ none.more }}
{{ point.title }} {{ point.number }} {{ point.0 }} {{ names.1 }} {{ mapping.key }} {{ mapping.items_of.0 }}
{{ thing.inner.other }} {{ status.label }} {{ broken.method }} {{ broken.needs_more }} {{ mapping.items|length }}
{{ text|lower }} {{ safe|lower }} {{ safe|capfirst }} {{ missing|default:'<none>' }} {{ text|default:number }}
{{ broken.removed }}|{{ broken.removed|default:'<none>' }}{% if broken.removed or text %}a{% endif %}
{{ request.path }}|{{ template }}|{{ template_name }}|{{ autoescape }}|{{ dicts }}{% if request %}a{% endif %}
{% include 'request' %}{% include 'request' only %}{% include 'request' with text=request.path only %}
{{ names|join:', ' }} {{ text|linebreaks }} {{ day|date:'j F Y' }} {{ instant|date:'H:i' }} {{ text|cut:point.title }}
{{ _('Meetings') }} {{ 'a < b' }} {{ 12 }} {{ 1.5 }} {# a remark #}
{% if text and not empty %}a{% elif none %}b{% else %}c{% endif %}{% if missing %}d{% else %}e{% endif %}
{% if number > 3 and half < 1 %}a{% endif %}{% if none > 3 %}b{% endif %}{% if not none > 3 %}c{% endif %}
{% if 'a' in names %}a{% endif %}{% if 'a' in none %}b{% endif %}{% if 'z' not in names %}c{% endif %}
{% if status == 'confirmed' %}a{% endif %}{% if status.label|lower != 'x' %}b{% endif %}
{% if none is None %}a{% endif %}{% if text is not none %}b{% endif %}{% if number != 12345 %}c{% endif %}
{% if names|length > 2 or missing %}a{% endif %}{% if text|cut:missing %}b{% else %}c{% endif %}
{% if not text|cut:missing %}a{% else %}b{% endif %}{% if broken.more or text %}c{% else %}d{% endif %}
{% for name in names %}{{ forloop.counter }}/{{ forloop.revcounter0 }}{{ name }}{{ forloop.last }}{% endfor %}{{ name }}
{% for name in names reversed %}{{ name }}{% if not forloop.last %}, {% endif %}{% endfor %}{{ forloop }}
{% for name in missing %}x{% empty %}none{% endfor %}{% for letter in iterator reversed %}{{ letter }}{% endfor %}
{% for name, size in pairs %}{{ name }}={{ size }}{% endfor %}{{ name }}
{% for a in pairs %}{% for b in names %}{{ forloop.parentloop.counter0 }}{{ b }}{{ a.0 }}{% endfor %}{% endfor %}
{% with x=text y=thing.name %}{{ x }}{{ y }}{% with x=number %}{{ x }}{% endwith %}{{ x }}{% endwith %}{{ x }}
{% include 'part' %}{% include 'part' with text=number %}{% include 'part' with text=safe only %}{{ inner }}
{% include name_of_part %}{% include 'tree' with nodes=pairs depth=1 %}
{% load i18n %}{% translate 'Meetings' %}{% translate 'Today' context 'navigation' %}{% translate text %}
{% load i18n %}{% translate 'Search' as found %}{{ found }}{% translate '100%% of <b>' %}
{% load i18n %}{% blocktranslate %}Meetings{% endblocktranslate %}
{% load i18n %}{% blocktranslate with x=text %}100% {{ x }} {{ text }}{{ missing }}{% endblocktranslate %}{{ x }}
{% load i18n %}{% blocktranslate count n=number trimmed %} one {% plural %} {{ n }} more {% endblocktranslate %}
{% load static %}{% static 'img/favicon.svg' %}{% static 'img/favicon.svg' as icon %}[{{ icon }}]
{% url 'home' %}{% url 'configuration' 'jha' %}{% url 'configuration' slug=names.0 %}
{% url 'configuration' slug='jha' as path %}{{ path }}{% url 'nowhere' as path %}[{{ path }}]
{% load documents %}{% lang 'fr' %}{% dates day none %}{% dates day day as shown %}{{ shown }}{% badge '<JHA>' %}
{% load metadata %}{% pagetitle %}a {% if text %} {{ text }}{% endif %}{% endpagetitle %}[{{ page_title }}]
{% autoescape off %}{{ text }}{% include 'part' %}{% endautoescape %}{{ text }}
{% for name in names %}{% ifchanged %}{{ name }}{% endifchanged %}{% cycle 'a' 'b' %}{% endfor %}
{% filter upper %}{{ text }}{% include 'part' %}{% endfilter %}{% firstof none text %}
{% comment %}{{ x }}{% endcomment %}
{% extends 'base' %}{% block title %}{{ day }}{% endblock %}{% block body %}{% block a %}b{% endblock %}{% endblock %}
{% extends 'middle' %}{% block inner %}third{% endblock %}
{% extends 'middle' %}{% block inner %}{{ block.super }} and more{% endblock %}
{% extends 'middle' %}{% block inner %}{% ifchanged number %}{{ number }}{% endifchanged %}{% endblock %}
{% extends name_of_base %}{% block title %}chosen{% endblock %}
""".strip().splitlines()
PARTS = {
    "request": "({{ request.path }}{{ template_name }}{{ text }})",
    "part": "{% load i18n %}({{ text }}{% translate 'Topics' as inner %}{{ inner }})",
    "tree": "{{ depth }}{% for a, b in nodes %}{% if depth %}{% include 'tree' with depth=0 %}{% endif %}{% endfor %}",
    "base": """
        {% load i18n metadata %}{% pagetitle %}{% block title %}base{% endblock %}{% endpagetitle %}{{ page_title }}
        {% translate 'Search' as found %}{% block body %}default{{ found }}{% endblock %}{{ text }}
    """,
    "middle": """
        {% extends 'base' %}
        {% block title %}middle{% endblock %}
        {% block body %}[{% block inner %}second{% endblock %}]{% endblock %}
    """.strip(),
}


def build_engine(text: str, *, is_compiled: bool) -> Engine:
    loader: Any = (LOCMEM, PARTS | {"page": text})
    if is_compiled:
        loader = ("council.compiled_templates.loader.Loader", [loader])
    return Engine(loaders=[loader], libraries=LIBRARIES)


def render(text: str, *, is_compiled: bool, **values: Any) -> str:
    template = build_engine(text, is_compiled=is_compiled).get_template("page")
    assert isinstance(template.nodelist, CompiledNodeList) == is_compiled
    found = VALUES | {"iterator": iter("xyz"), "name_of_part": "part", "name_of_base": "base"} | values
    return template.render(RequestContext(RequestFactory().get("/address/"), found))


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_compiled_template_gives_the_same_text(text: str, language: str) -> None:
    with override(language):
        assert render(text, is_compiled=True) == render(text, is_compiled=False)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{{ text|cut:missing }}", VariableDoesNotExist),
        ("{{ broken.value }}", AttributeError),
        ("{% include 'nowhere' %}", TemplateDoesNotExist),
        ("{% for a, b in names %}{% endfor %}", ValueError),
    ],
)
@pytest.mark.parametrize("is_compiled", [True, False])
def test_a_compiled_template_fails_where_another_fails(text: str, error: type[Exception], is_compiled: bool) -> None:
    with pytest.raises(error):
        render(text, is_compiled=is_compiled)


def test_conditions_do_not_hide_errors_of_properties() -> None:
    text = "{% if broken.value or text %}a{% else %}b{% endif %}"
    assert render(text, is_compiled=False) == "b"
    with pytest.raises(AttributeError):
        render(text, is_compiled=True)


def test_fixed_texts_follow_the_language() -> None:
    template = build_engine("{% url 'home' %}", is_compiled=True).get_template("page")
    found = []
    for language in ("en", "fr", "en"):
        with override(language):
            found.append(template.render(Context()))
    assert found == ["/en/", "/fr/", "/en/"]


def test_public_templates_are_compiled() -> None:
    folder = ROOT / "templates"
    names = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*.html"))]
    nodes = {name: get_template(name).nodelist for name in names}
    compiled = {name: each for name, each in nodes.items() if isinstance(each, CompiledNodeList)}
    assert {Path(name).parts[0] for name in names if name not in compiled} == {"admin"}
    shows_block_of_parent = ["agenda/edition.html"]
    assert [name for name, each in compiled.items() if each.function is None] == shows_block_of_parent


def get_template(name: str) -> Template:
    found: Template = engines["django"].get_template(name).template  # type: ignore[attr-defined]
    return found


def test_while_debugging_django_renders_so_that_errors_have_lines() -> None:
    engine = build_engine("{{ text|cut:missing }}", is_compiled=True)
    engine.debug = True
    with pytest.raises(VariableDoesNotExist) as caught:
        engine.get_template("page").render(Context(VALUES))
    assert caught.value.template_debug["line"] == 1  # type: ignore[attr-defined]
