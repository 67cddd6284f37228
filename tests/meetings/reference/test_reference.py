"""Reference data: the configurations in force and the presidencies on a day."""

import datetime as dt

import pytest
from django.core.management import call_command

from meetings.models import Configuration, Presidency
from meetings.reference.delegations import find_delegation_codes

BEFORE_LISBON = {"gaerc", "ecofin", "jha", "epsco", "compet", "tte", "agrifish", "env", "eyc"}
SINCE_LISBON = {"gac", "fac", "ecofin", "jha", "epsco", "tte", "compet", "agrifish", "env", "eycs"}


@pytest.mark.django_db
class TestReferenceData:
    @pytest.fixture(autouse=True)
    def load_reference_data(self) -> None:
        call_command("load_reference", verbosity=0)

    @pytest.mark.parametrize(
        ("day", "slugs"),
        [
            (dt.date(2002, 9, 1), BEFORE_LISBON),
            (dt.date(2009, 11, 30), BEFORE_LISBON),
            (dt.date(2009, 12, 1), SINCE_LISBON),
            (dt.date(2026, 11, 24), SINCE_LISBON),
            (dt.date(2002, 1, 1), set()),
        ],
    )
    def test_configurations_in_force(self, day: dt.date, slugs: set[str]) -> None:
        assert {configuration.slug for configuration in Configuration.objects.in_force_on(day)} == slugs

    @pytest.mark.parametrize(
        ("day", "country"),
        [
            (dt.date(2007, 1, 1), "Germany"),
            (dt.date(2009, 6, 30), "Czechia"),
            (dt.date(2017, 6, 30), "Malta"),
            (dt.date(2017, 7, 1), "Estonia"),
            (dt.date(2018, 2, 1), "Bulgaria"),
            (dt.date(2018, 12, 31), "Austria"),
            (dt.date(2020, 1, 1), "Croatia"),
            (dt.date(2027, 9, 1), "Greece"),
            (dt.date(2030, 6, 30), "Slovakia"),
            (dt.date(2030, 12, 31), "Malta"),
        ],
    )
    def test_presidencies(self, day: dt.date, country: str) -> None:
        presidency = Presidency.objects.find_by_day(day)
        assert presidency is not None
        assert presidency.name == country

    def test_no_presidency_after_2030(self) -> None:
        assert Presidency.objects.find_by_day(dt.date(2031, 1, 1)) is None

    def test_loading_again_keeps_edited_rows(self) -> None:
        Configuration.objects.filter(slug="jha").update(name="As an editor wrote it")
        before = list(Configuration.objects.values()), list(Presidency.objects.values())
        call_command("load_reference", verbosity=0)
        assert (list(Configuration.objects.values()), list(Presidency.objects.values())) == before


@pytest.mark.parametrize(
    ("text", "language", "codes"),
    [
        ("Poland", "en", ["PL"]),
        ("the Polish and Danish delegations", "en", ["PL", "DK"]),
        ("PL/DK", "fr", ["PL", "DK"]),
        ("Pologne, soutenue par la Lituanie", "fr", ["PL", "LT"]),
        ("Ελλάδα", "el", ["EL"]),
        ("Polska", "pl", ["PL"]),
        ("Commission", "en", []),
        ("Incoming presidency", "en", []),
        ("Kommission", "de", []),
        ("European Investment Bank", "en", []),
    ],
)
def test_delegations_are_found_in_a_text(text: str, language: str, codes: list[str]) -> None:
    assert find_delegation_codes(text, language) == codes
