"""Who meets in each configuration, and on what, for a reader who has never heard of it.

Described after the Council's Rules of Procedure (Decision 2009/937/EU, Article 2 and Annex I), the Treaty on European
Union (Articles 16 and 18) and, for the two that there were before Lisbon, Decision 2002/682/EC. The wording is ours.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _


@dataclass(frozen=True)
class Remit:
    """English, to be translated where it is shown. `after` are those that took over from one that meets no more."""

    who: str
    what: str
    after: tuple[str, ...] = ()


REMITS = {
    "gac": Remit(
        _("Mostly ministers for European affairs."),
        _(
            "It prepares the meetings of the European Council and follows them up, and sees to it that the work of all "
            "configurations fits together. Enlargement, cohesion policy, the long-term budget of the Union and the "
            "rule of law are discussed here too."
        ),
    ),
    "fac": Remit(
        _("Ministers for foreign affairs; for some meetings those for defence, development or trade."),
        _(
            "It decides on what the Union does in the world: foreign and security policy, defence, trade, development "
            "cooperation and humanitarian aid. The High Representative of the Union for Foreign Affairs and Security "
            "Policy chairs it, but for trade, where the presidency does."
        ),
    ),
    "ecofin": Remit(
        _("Ministers for the economy and finance; once or twice a year those for the budget."),
        _(
            "It deals with economic policy and its coordination, taxation, banks and financial markets, the movement "
            "of capital, and the Union’s yearly budget."
        ),
    ),
    "jha": Remit(
        _("Ministers of justice, and ministers of the interior."),
        _(
            "Ministers of the interior discuss asylum and migration, borders and visas, police cooperation, terrorism "
            "and civil protection; ministers of justice civil and criminal law across borders, data protection and "
            "fundamental rights."
        ),
    ),
    "epsco": Remit(
        _("Ministers for employment, social affairs, health, consumer affairs and equality."),
        _(
            "It works on jobs and the rights of those who work, social protection, equal opportunities, public health "
            "and the protection of consumers."
        ),
    ),
    "compet": Remit(
        _("Ministers for the economy, industry, research and space."),
        _(
            "It deals with the single market, industry, company law, intellectual property, research and innovation, "
            "and space."
        ),
    ),
    "tte": Remit(
        _("Ministers for transport, for telecommunications or for energy, as the agenda asks."),
        _(
            "It sets the rules for transport on land, at sea and in the air, for electronic communications and digital "
            "services, and for the supply of energy."
        ),
    ),
    "agrifish": Remit(
        _("Ministers for agriculture and fisheries."),
        _(
            "It decides on the common agricultural policy and on fisheries, the yearly catches among them, and on "
            "forests, the safety of food, and the health of animals and plants."
        ),
    ),
    "env": Remit(
        _("Ministers for the environment and for the climate."),
        _(
            "It works on climate, air, water, soil and nature, chemicals, waste and the circular economy, and agrees "
            "on what the Union says at conferences of the United Nations about them."
        ),
    ),
    "eycs": Remit(
        _("Ministers for education, youth, culture, the media or sport, as the agenda asks."),
        _(
            "Member states decide on most of this themselves: it supports and coordinates what they do, and agrees on "
            "programmes of the Union such as those for exchanges of students and for culture."
        ),
    ),
    "gaerc": Remit(
        _("Ministers for foreign affairs."),
        _(
            "It coordinated the work of the Council and decided on what the Union did in the world. The Treaty of "
            "Lisbon made two configurations of it."
        ),
        after=("gac", "fac"),
    ),
    "eyc": Remit(
        _("Ministers for education, youth or culture."),
        _("It dealt with what its name says, until the Treaty of Lisbon added sport."),
        after=("eycs",),
    ),
}
