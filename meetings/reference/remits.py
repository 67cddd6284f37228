"""The ministers who meet in each configuration and its subjects, for readers who do not know the Council.

The descriptions follow the Council's Rules of Procedure (Decision 2009/937/EU, Article 2 and Annex I), the Treaty on
European Union (Articles 16 and 18) and, for the two from before the Treaty of Lisbon, Decision 2002/682/EC. The wording
is our own.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _


@dataclass(frozen=True)
class Remit:
    """The remit of a configuration, in English; templates translate it.

    `successors` are the slugs of the configurations that replaced a former one.
    """

    ministers: str
    subjects: str
    successors: tuple[str, ...] = ()


REMITS = {
    "gac": Remit(
        _("Mostly ministers for European affairs."),
        _(
            "It prepares and follows up the meetings of the European Council, and coordinates the work of all "
            "configurations. It also discusses enlargement, cohesion policy, the long-term budget of the Union and the "
            "rule of law."
        ),
    ),
    "fac": Remit(
        _("Ministers for foreign affairs; for some meetings, ministers for defence, development or trade."),
        _(
            "It decides on the Union’s external action: foreign and security policy, defence, trade, development "
            "cooperation and humanitarian aid. The High Representative of the Union for Foreign Affairs and Security "
            "Policy chairs it, except on trade, where the presidency does."
        ),
    ),
    "ecofin": Remit(
        _("Ministers for the economy and finance; once or twice a year, ministers for the budget."),
        _(
            "It deals with economic policy and its coordination, taxation, banks and financial markets, the movement "
            "of capital, and the Union’s annual budget."
        ),
    ),
    "jha": Remit(
        _("Ministers of justice, and ministers of the interior."),
        _(
            "Ministers of the interior discuss asylum and migration, borders and visas, police cooperation, terrorism "
            "and civil protection. Ministers of justice discuss cross-border civil and criminal law, data protection "
            "and fundamental rights."
        ),
    ),
    "epsco": Remit(
        _("Ministers for employment, social affairs, health, consumer affairs and equality."),
        _(
            "It deals with jobs and workers’ rights, social protection, equal opportunities, public health and "
            "consumer protection."
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
        _("Ministers for transport, telecommunications or energy, depending on the agenda."),
        _(
            "It sets the rules for transport on land, at sea and in the air, for electronic communications and digital "
            "services, and for the supply of energy."
        ),
    ),
    "agrifish": Remit(
        _("Ministers for agriculture and fisheries."),
        _(
            "It decides on the common agricultural policy, on fisheries, including the annual catch limits, and on "
            "forests, food safety, and the health of animals and plants."
        ),
    ),
    "env": Remit(
        _("Ministers for the environment and for the climate."),
        _(
            "It deals with climate, air, water, soil and nature, chemicals, waste and the circular economy, and agrees "
            "the Union’s position for United Nations conferences on these subjects."
        ),
    ),
    "eycs": Remit(
        _("Ministers for education, youth, culture, the media or sport, depending on the agenda."),
        _(
            "Member states decide on most of these subjects themselves. The Council supports and coordinates their "
            "work, and agrees on programmes of the Union, for example for student exchanges and for culture."
        ),
    ),
    "gaerc": Remit(
        _("Ministers for foreign affairs."),
        _(
            "It coordinated the work of the Council and decided on the Union’s external action. The Treaty of Lisbon "
            "divided it into two configurations."
        ),
        successors=("gac", "fac"),
    ),
    "eyc": Remit(
        _("Ministers for education, youth or culture."),
        _("It dealt with education, youth and culture, until the Treaty of Lisbon added sport."),
        successors=("eycs",),
    ),
}
