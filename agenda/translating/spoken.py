"""How the languages write hours, days and numbers: what has to be known to find them in a text.

The names of months and days, and the decimal sign, are CLDR's; what it lacks (cases of the months, words for a clock or
for a thousand) stands here, without accents on capitals or claims to be whole. What is not known here is no harm: it is
then taken for an ordinary word or number (see `agenda.translating.facts`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from babel import Locale

NOTHING = re.compile(r"(?!)")
WHOLE_WORD = r"(?![^\W_])"
BEGINNING = 5  # words for a million, and the like, of so many letters are beginnings of words; shorter ones abbreviate

# Beginnings of the months in cases that CLDR does not list, from January on; “/” divides several.
MONTHS: Mapping[str, str] = {
    "cs": "ledn únor březn dubn květn červn červenc srpn září říjn listopad prosinc",
    "el": "ιανουάρι φεβρουάρι μάρτι απρίλι μάι ιούνι ιούλι αύγουστ σεπτέμβρ οκτώβρ νοέμβρ δεκέμβρ",
    "et": "jaanuar veebruar märts aprill mai juuni juuli august septemb oktoob novemb detsemb",
    "fi": "tammiku helmiku maalisku huhtiku toukoku kesäku heinäku eloku syysku lokaku marrasku jouluku",
    "ga": "eaná feabhra/fheabhra márta/mhárta aibreá bealtaine/bhealtaine meith/mheith iúil lúnasa "
    "mheán_fómhair dheireadh_fómhair samhn/shamh nolla",
    "hr": "siječ veljač ožuj travn svibn lipn srpn kolovoz rujn listopad studen prosin",
    "hu": "január február március április május június július augusztus szeptember október november december",
    "lt": "sausį/sausy vasarį/vasary kovą/kove balandį/balandy gegužę/gegužėj birželį/biržely liepą/liepoj "
    "rugpjūt rugsėj spalį/spaly lapkrit gruodį/gruody",
    "lv": "janvār februār mart aprīl maij jūnij jūlij august septembr oktobr novembr decembr",
    "pl": "styczni lutym marcu kwietni maju czerwc lipc sierpni wrześni październik listopad grudni",
    "sk": "január február marc apríl máj jún júl august septemb októb novemb decemb",
    "sl": "januar februar marc april maja/maju junij julij avgust septemb oktob novemb decemb",
}
# Words for a thousand; for a million; for a thousand millions.
SCALES: Mapping[str, str] = {
    "bg": "хиляди хил; милион млн; милиард млрд",
    "cs": "tisíc tis; milion mil mio; miliard mld",
    "da": "tusind; million mio; milliard mia",
    "de": "tausend tsd; million mio; milliarde mrd",
    "el": "χιλιάδ χιλ; εκατομμύρι εκατ; δισεκατομμύρι δισ",
    "en": "thousand; million mn m; billion bn",
    "es": "mil; millones millón; millardo",
    "et": "tuhat tuhande; miljon mln; miljard mld mlrd",
    "fi": "tuhat tuhan; miljoon milj; miljard mrd",
    "fr": "mille; million mio; milliard md mrd",
    "ga": "míle mhíle; milliún mhilliún; billiún bhilliún",
    "hr": "tisuć tis; milijun mil mln; milijard mlrd",
    "hu": "ezer; millió; milliárd",
    "it": "mila mille; milion mio mln; miliard mld",
    "lt": "tūkstan tūkst; milijon mln; milijard mlrd",
    "lv": "tūkstoš tūkst; miljon milj; miljard mljrd",
    "mt": "elf; miljun; biljun",
    "nl": "duizend; miljoen mln; miljard mld mrd",
    "pl": "tysi tys; milion mln; miliard mld",
    "pt": "mil; milhões milhão; -",
    "ro": "mii; milion milioane mil; miliard mld",
    "sk": "tisíc tis; milión mil; miliard mld",
    "sl": "tisoč tis; milijon mio; milijard mrd",
    "sv": "tusen; miljon mn mkr; miljard md mdr",
}
# What follows an hour, perhaps with minutes after it (“18 h 30”); then what follows an hour of the clock only.
AFTER: Mapping[str, str] = {
    "bg": "ч|часа?|h;часа|часът",
    "cs": "h|hod|hodin[aye]?|hodině;",
    "de": "h|uhr;uhr",
    "el": "h|ώρα|ώρες;",
    "en": "h|hrs|hours;o['’]clock",
    "es": "h|hrs|horas?;",
    "fr": "h|heures?;",
    "ga": "h;a chlog",
    "hr": "h|sati?|sata;",
    "hu": "h|óra|órakor|órai|órától|óráig;órakor|-kor",
    "lt": "h|val;val",
    "nl": "h|u|uur;",
    "pt": "h|horas?;",
    "sk": "h|hod|hodín|hodin[ey];",
    "sl": "h|ur[aei]?|uro;",
}
BEFORE: Mapping[str, str] = {
    "da": "kl klokken",
    "el": "ώρα",
    "et": "kell kella",
    "fi": "klo kello",
    "it": "ore",
    "lv": "plkst pulksten",
    "pl": "godz godzinie godziny",
    "ro": "ora orele",
    "sv": "kl klockan",
}
# Before noon; after it. A language without them counts the hours to 24.
HALVES: Mapping[str, str] = {
    "el": r"π\.? ?μ\.?;μ\.? ?μ\.?",
    "en": r"a\.? ?m\.?;p\.? ?m\.?",
    "es": r"a\. ?m\.|de la mañana;p\. ?m\.|de la tarde|de la noche",
    "ga": r"r\.? ?n\.?|ar maidin;i\.? ?n\.?|tráthnóna",
    "it": "di mattina|del mattino;del pomeriggio|di sera",
    "mt": r"a\.? ?m\.?|ta['’] filgħodu;p\.? ?m\.?|ta['’] wara ?nofsinhar|ta['’] filgħaxija",
    "pt": "da manhã;da tarde|da noite",
}


@dataclass(frozen=True)
class Spoken:
    language: str
    decimal: str
    names: Mapping[str, int]
    """Whole names of the months, in small letters."""
    beginnings: Mapping[str, int]
    weekdays: Mapping[str, int]
    scales: Mapping[str, int]
    before: frozenset[str]
    after: re.Pattern[str]
    """What follows an hour of the clock, in a group: `clock` or `unit`, and `morning` or `evening`."""
    units: str

    def month(self, word: str, next_word: str = "") -> int | None:
        """The number of the month that a word names, alone or with the next (“Meán Fómhair”)."""
        named = self.names.get(word) or self.names.get(f"{word} {next_word}")
        return named or next(
            (self.beginnings[word[:end]] for end in range(min(len(word), 11), 2, -1) if word[:end] in self.beginnings),
            None,
        )

    def scale(self, word: str) -> int:
        """The power of ten that a word says, or 0."""
        ends = range(len(word), BEGINNING - 1, -1) if len(word) < 20 else ()
        return self.scales.get(word) or next((self.scales[word[:end]] for end in ends if word[:end] in self.scales), 0)


@cache
def spoken(language: str) -> Spoken:
    locale = Locale.parse(language)
    months = [dict(locale.months[use][width]) for use in ("format", "stand-alone") for width in ("wide", "abbreviated")]
    days = [dict(locale.days[use]["wide"]) for use in ("format", "stand-alone")]
    units, clock = AFTER.get(language, "h;").split(";")
    morning, evening = HALVES.get(language, ";").split(";")
    scales = [part.split() for part in SCALES[language].split(";")]
    return Spoken(
        language,
        decimal=locale.number_symbols["latn"]["decimal"],
        names=lower_case((name.rstrip("."), number) for names in months for number, name in names.items())
        | {name.replace("_", " "): number for name, number in listed(MONTHS.get(language, "")) if "_" in name},
        beginnings=lower_case(listed(MONTHS.get(language, ""))),
        weekdays=lower_case((name, number) for names in days for number, name in names.items()),
        scales=lower_case((word, power) for power, words in zip((3, 6, 9), scales, strict=True) for word in words),
        before=frozenset(BEFORE.get(language, "").split()),
        after=re.compile(
            f"(?: ?(?:(?P<clock>{clock or '(?!)'}){WHOLE_WORD}|(?P<unit>{units}){WHOLE_WORD})\\.?)?"
            f"(?: ?(?:(?P<morning>{morning or '(?!)'})|(?P<evening>{evening or '(?!)'})){WHOLE_WORD})?",
            re.IGNORECASE,
        ),
        units=units,
    )


def listed(months: str) -> Iterable[tuple[str, int]]:
    return ((name, number) for number, names in enumerate(months.split(), 1) for name in names.split("/"))


def lower_case(named: Iterable[tuple[str, int]]) -> dict[str, int]:
    return {name.casefold(): number for name, number in named}
