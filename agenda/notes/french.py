"""Phrases to read notes in French."""

import re

from agenda.notes.french_output import WRITTEN
from agenda.notes.phrases import (
    AgendaPhrases,
    CalendarPhrases,
    ClockPhrases,
    HeaderPhrases,
    NotePhrases,
    OpeningPhrases,
    PressPhrases,
    compile_phrase,
    fold_case_and_accents,
)
from meetings.documents.choices import LinkKind, PointKind, PublicBasis, PublicSession

CALENDAR = CalendarPhrases(
    language="fr",
    ordinals=("er",),
    day_joiners=("et", "au", "à"),
    day_prefixes=("le", "les", "du", "de", "au"),
)

CLOCK = ClockPhrases(
    exact=("à",),
    approximate=("vers", "aux environs de", "aux alentours de", "environ", "à environ"),
    from_then_on=("à partir de", "à compter de", "dès"),
    relative=(
        r"(?:immédiatement |juste )?(?:à (?:l['’]issue|la fin)|après la fin) (?:de la |du |de l['’])[^(),.;:]{3,80}",
        r"(?:immédiatement |juste )?(?:après|avant) (?:la |le |l['’])(?:session|réunion|conseil|déjeuner|dîner|débat)",
    ),
    to_be_confirmed=("heure à confirmer", "à confirmer"),
    oclock=("heures", "heure", "h"),
    noon=("midi",),
    morning=("du matin",),
    afternoon=("de l'après-midi", "du soir"),
)

HEADER = HeaderPhrases(
    institution=compile_phrase("(?:secrétariat général du )?conseil de l['’]union européenne|conseil de l['’]ue"),
    press_mark=compile_phrase("(?:service de )?presse"),
    note_type=compile_phrase("note d['’]information"),
    other_note_types=(
        (compile_phrase("(?:projet de )?programme indicatif"), "an indicative programme"),
        (compile_phrase("avis aux médias"), "a media advisory"),
        (compile_phrase("(?:projet d['’])?ordre du jour(?: provisoire)?"), "an agenda"),
        (compile_phrase("communiqué de presse"), "a press release"),
        (compile_phrase("résultats? de la session du conseil"), "an outcome of a meeting"),
    ),
    council="Conseil",
    usual_cities=("Bruxelles", "Luxembourg", "Strasbourg"),
    city_prepositions=("à",),
)

OPENING = OpeningPhrases(
    chaired=compile_phrase(
        r"\b(?:(?:la|le|les|cette|toute la) [^.;]{0,80}?"
        r"\b(?:sessions?|réunions?|conseil|journées?|parties?|débats?|volets?)\b|elles?\b)[^;]{0,100}?"
        r"\b(?:co)?présidée?s?(?: le (?P<day>[^,*]{3,30}))? par (?P<chairs>.+)"
    ),
    chairing=compile_phrase(
        r"(?P<chairs>.+?),? présider(?:a|ont) (?:la|le|les|cette) (?:[\w-]+ )*"
        r"(?:sessions?|réunions?|conseil|débats?)\b.*"
    ),
    starts=compile_phrase(
        r"\b(?:(?:session|réunion|conseil|elle)\**(?:,? [^.;]{1,60})? "
        r"(?:commence(?:ra)?|débute(?:ra)?|s['’]ouvr(?:e|ira))"
        r"|ministres [^.;]{0,60}?se réuni(?:ssent|ront)(?= (?:le [^.;]{3,30}? )?(?:à|à partir de) \d)) (?P<time>.+)"
    ),
    whole_meeting=compile_phrase(r"(?:la (?:session|réunion)|le conseil|les deux|toute)\b"),
    session=compile_phrase(r"\bla session [\"«“]\s*(?P<session>[^\"»”]{3,80}?)\s*[\"»”]"),
    conjunction="et",
    article="(?:(?:la|le|les) |l['’])",
    by="par",
    subject_end=re.compile(r"\bpar\b|\bà\b"),
    role_beginnings=(
        "ministre", "vice", "premier", "première", "secrétaire", "haut", "haute", "président", "commissaire",
        "chancelier", "chancelière",
    ),
    country_preposition="(?:de |du |des |d['’])",
    before_adjective=r"(?:[\w-]+ ){0,3}?",
    honorific=r"(?:MM?\.|Mmes?) ",
)  # fmt: skip

PRESS = PressPhrases(
    press_heading=compile_phrase(
        "conférences? de presse|points? de presse|rendez-vous (?:avec la|de) presse|programme pour la presse"
        "|informations? (?:pour|destinées à) la presse"
    ),
    other_heading=compile_phrase(
        "(?:autres (?:événements|manifestations|rendez-vous)"
        "|(?:événements )?en marge(?: (?:du conseil|de la session|de la réunion))?) ?(?:: (?P<text>.+))?"
    ),
    margins=compile_phrase("en marge"),
    point_kinds=(
        (compile_phrase(r"\bpoint de presse\b"), PointKind.PRESS_BRIEFING),
        (compile_phrase(r"\bconférence de presse\b"), PointKind.PRESS_CONFERENCE),
        (compile_phrase(r"\b(?:inscription|accréditation)\b"), PointKind.REGISTRATION),
        (compile_phrase(r"\bdéclarations? .{0,80}(?:à (?:son|leur) arrivée|à l['’]arrivée)"), PointKind.DOORSTEP),
        (compile_phrase(r"\barrivées?\b"), PointKind.ARRIVALS),
        (compile_phrase(r"\b(?:petit[- ]déjeuner|déjeuner|dîner)\b"), PointKind.MEAL),
        (
            compile_phrase(r"^(?:début|ouverture|reprise)\b|\b(?:session|réunion) (?:commence|débute|reprend)\b"),
            PointKind.START,
        ),
        (compile_phrase(r"\btour de table\b"), PointKind.ROUND_TABLE),
    ),
    announcement=compile_phrase(r"\b(?P<what>conférence|point) de presse\b"),
    live=compile_phrase("(?:(?:diffusion|retransmission) )?en direct"),
    link_kinds=(
        (
            compile_phrase(r"\b(?:qualité (?:de )?(?:diffusion|broadcast)|séquences vidéo|images vidéo)\b"),
            LinkKind.BROADCAST,
        ),
        (
            compile_phrase(r"\b(?:en direct|en continu|streaming|sessions? publiques?)\b"),
            LinkKind.LIVE_STREAM,
        ),
        (compile_phrase(r"\binfographies?\b"), LinkKind.INFOGRAPHIC),
        (compile_phrase(r"\binformations générales\b"), LinkKind.BACKGROUND),
        (compile_phrase(r"\b(?:photos?|photothèque)\b"), LinkKind.PHOTOS),
        (compile_phrase(r"\benregistrements?\b"), LinkKind.RECORDING),
        (compile_phrase(r"\b(?:inscription|accréditation)\b"), LinkKind.REGISTRATION),
        (compile_phrase(r"\bcommuniqués? de presse\b"), LinkKind.PRESS_RELEASE),
        (compile_phrase(r"\bconclusions\b"), LinkKind.CONCLUSIONS),
        (
            compile_phrase(
                r"^(?:projet (?:de |d['’]))?(?:proposition|règlement|directive|décision|recommandation|rapport"
                r"|communication|document)s?\b"
            ),
            LinkKind.DOCUMENT,
        ),
        (compile_phrase(r"\b(?:documents?|texte intégral|ordre du jour)\b"), LinkKind.DOCUMENT),
    ),
    meeting_link_kinds=frozenset({LinkKind.LIVE_STREAM, LinkKind.BROADCAST, LinkKind.PHOTOS, LinkKind.REGISTRATION}),
    address_follows=compile_phrase(r"(?: (?:sur|ici|à l['’]adresse(?: suivante)?))?\s?:"),
    link_without_address=compile_phrase(r"infographie\s*[-–—:]\s*\S.*|.*\S \(informations générales\)"),
    office_address=compile_phrase(r"rue de la loi 175\b.*"),
    contact=compile_phrase(
        r"(?P<label>attachée?s? de presse|porte-parole|contacts?(?: (?:pour la )?presse)?)\s*: (?P<rest>.+)"
    ),
    officer_label=compile_phrase("attaché|porte-parole"),
    contacts_heading=compile_phrase(r"(?:contacts(?: (?:pour la )?presse)?|attachés de presse)\s*:?"),
    office=compile_phrase(
        r"(?P<name>(?:service|bureau) de presse(?:\s*[-–—,|]\s*secrétariat général(?: du conseil)?)?)"
        r"(?:\s*[-–—,|]\s*(?P<rest>.+))?"
    ),
    telephone=compile_phrase(r"(?:(?:tél|téléphone|mobile|gsm)\b\.?\s*:?\s*)?(?P<number>\+?[\d(][\d\s()./-]{5,24}\d)"),
    notice=compile_phrase(
        "(?:la présente note|cette note|le présent document) (?:d['’]information )?(?:a été|est) (?:rédigée?|établie?)"
    ),
)

AGENDA = AgendaPhrases(
    other_business=compile_phrase(r"(?:divers|questions diverses)(?: \(suite\))?(?: \((?P<mark>[^()]+)\))?\s?:?"),
    inline_other_business=compile_phrase(r"(?:divers|questions diverses)\s?: (?P<title>\S.*)"),
    a_items=compile_phrase(r"(?:(?:approbation|adoption) (?:de la |des ))?(?:liste des )?points [\"'“”«]?\s?a\b.*"),
    lunch_prefix=compile_phrase(r"déjeuner(?: de travail)?\s?: (?=\S)"),
    meal=compile_phrase(r"(?:petit[- ]déjeuner|déjeuner|dîner)\b.*"),
    public_marks=(
        (
            compile_phrase("(?:session|délibération) publique éventuelle|éventuellement(?: en)? session publique"),
            PublicSession.POSSIBLY,
            PublicBasis.NOT_STATED,
        ),
        (compile_phrase("(?:en )?(?:session|séance) publique"), PublicSession.YES, PublicBasis.NOT_STATED),
        (compile_phrase("délibération publique"), PublicSession.YES, PublicBasis.DELIBERATION),
        (compile_phrase("débat public"), PublicSession.YES, PublicBasis.DEBATE),
        (compile_phrase("public, (?:diffusion|retransmission) en direct"), PublicSession.YES, PublicBasis.LIVE_STREAM),
        (compile_phrase("non public|session non publique"), PublicSession.NO, PublicBasis.NOT_STATED),
    ),
    information=compile_phrase(
        r"(?:informations?|présentation|demande|note)(?: (?:communiquée?s?|fournie?s?|présentée?s?))? "
        r"(?:par|de|émanant de) (?P<providers>.+)"
    ),
    supported=compile_phrase(r",? (?:soutenue?s?|appuyée?s?) par |,? avec le soutien de "),
    delegation=compile_phrase(" délégations?"),
    institutions={
        "commission": "Commission",
        "commission européenne": "Commission",
        "présidence": "présidence",
        "présidence du conseil": "présidence",
        "haut représentant": "haut représentant",
        "haute représentante": "haute représentante",
        "banque centrale européenne": "Banque centrale européenne",
        "banque européenne d'investissement": "Banque européenne d'investissement",
    },
    in_english={
        "présidence": "Presidency",
        "haut représentant": "High Representative",
        "haute représentante": "High Representative",
        "Banque centrale européenne": "European Central Bank",
        "Banque européenne d'investissement": "European Investment Bank",
    },
    outcomes=compile_phrase(
        r"(?:orientation générale(?: partielle| révisée)?|débat d['’]orientation|débat public|échange de vues|"
        r"rapport sur l['’]état d['’]avancement(?: des travaux)?|état des travaux|accord politique|"
        r"orientations politiques|(?:projet de )?conclusions(?: du conseil)?|adoption|approbation|"
        r"présentation par l[ae] [a-z\s]+|recommandation(?: du conseil)?|décision|première lecture|débat)"
        r"(?:\s*[-–/,] ?(?:adoption|approbation|échange de vues|débat d['’]orientation))*"
    ),
    session_names=frozenset(),
    session_spellings={
        fold_case_and_accents(name): name
        for name in (
            "Affaires économiques et financières", "Affaires étrangères", "Affaires générales", "Affaires intérieures",
            "Agriculture", "Article 50", "Audiovisuel", "Budget", "Climat", "Comité mixte", "Commerce", "Compétitivité",
            "Consommateurs", "Culture", "Culture et audiovisuel", "Développement", "Défense", "Emploi",
            "Emploi et politique sociale", "Environnement", "Espace", "Industrie", "Jeunesse", "Justice",
            "Justice et affaires intérieures", "Marché intérieur", "Marché intérieur et industrie", "Politique sociale",
            "Pêche", "Recherche", "Recherche et espace", "Santé", "Sport", "Tourisme", "Transports",
            "Télécommunications", "Éducation", "Énergie",
        )
    },
    uncapitalised_words=frozenset("et de des du la le les l d à au aux en par pour sur ou".split()),
    acronyms=frozenset(
        (
            "UE US USA UN ONU EEE AELE OTAN OSCE OMC OCDE FMI BCE BEI G7 G20 PNR SIS ETIAS EES VIS TVA TIC IA "
            "COP AECG ACP TUE TFUE II III IV"
        ).split()
    ),
    finite_verbs=compile_phrase(
        r"\b(?:sera|seront|est|sont|a|ont|était|avait|doit|doivent|devrait|devraient|peut|peuvent|pourrait|va|vont"
        r"|aura|auront|fera|feront)\b"
    ),
    conjunction="et",
    capitalises_titles=False,
    act_reference=compile_phrase(
        r"(?:\bn[o°]s?|\((?:ue|ce|cee|euratom|pesc)\)|\brèglement|\bdirective|\bdécision|\baffaires?|\barrêt)\.? ?$"
    ),
)  # fmt: skip

FRENCH = NotePhrases(
    language="fr",
    name="French",
    calendar=CALENDAR,
    clock=CLOCK,
    header=HEADER,
    opening=OPENING,
    press=PRESS,
    agenda=AGENDA,
    output=WRITTEN,
)
