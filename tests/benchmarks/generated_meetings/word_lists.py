"""The subjects of each configuration and the sentences from which generated meetings are put together."""

SUBJECTS = {
    "gac": (
        "Preparation of the European Council|Rule of law dialogue|Enlargement|Cohesion policy|Legislative programming|"
        "Multiannual budget|Relations with neighbours|Hybrid threats|Institutional matters|Better law-making"
    ),
    "fac": (
        "Current affairs|Safety at sea|Training missions|Humanitarian aid|Trade agreements|Arms control|"
        "Partnership with Africa|Western Balkans|Human rights dialogue|Sanctions regimes"
    ),
    "ecofin": (
        "Economic outlook|Capital markets|Value added tax|Anti-money laundering|Statistics|National reform programmes|"
        "Banking supervision|Budget guidelines|Customs cooperation|Financial services"
    ),
    "jha": (
        "Migration policy|Fight against terrorism|Asylum procedures|Schengen evaluation|Judicial cooperation|"
        "Rights of victims|Drugs strategy|Civil protection|Data retention|External borders"
    ),
    "epsco": (
        "Working conditions|Skills|Equal treatment|Pensions|Coordination of social security|Medicines|Tobacco control|"
        "Youth employment|Health workforce|Consumer information"
    ),
    "compet": (
        "Services in the internal market|Industrial policy|Company law|Research careers|Space|Patents|Tourism|"
        "Product safety|Standardisation|Small enterprises"
    ),
    "tte": (
        "Permits for power grids|Rail passenger rights|Maritime safety|Radio spectrum|Network security|"
        "Energy efficiency|Air traffic|Road haulage|Gas storage|Postal services"
    ),
    "agrifish": (
        "Fishing opportunities|Animal welfare|School fruit|Market situation|Plant health|Organic farming|"
        "Rural development|Simplification|Deep-sea stocks|Forest strategy"
    ),
    "env": (
        "Water quality|Emissions of cars|Waste|Biodiversity|Clean air|Chemicals|Soil|Climate conference|Noise|"
        "Environmental liability"
    ),
    "eycs": (
        "Mobility of students|Cultural heritage|Media literacy|Doping in sport|Early education|Volunteering|"
        "Recognition of diplomas|Film funding|School meals|Dialogue with young people"
    ),
}
LATER_CONFIGURATIONS = {"gaerc": "gac", "eyc": "eycs"}  # the configuration that followed in December 2009
SESSION_TITLES = {
    "jha": ("Justice", "Home Affairs", "Mixed Committee"),
    "tte": ("Transport", "Telecommunications", "Energy"),
    "agrifish": ("Agriculture", "Fisheries"),
    "eycs": ("Education", "Youth", "Culture", "Sport"),
    "epsco": ("Employment and social policy", "Health"),
    "compet": ("Internal market and industry", "Research and space"),
}
ASPECTS = (
    "state of play|revision of the directive|draft regulation|strategic guidelines|reports by the Commission|"
    "implementation in the member states|financing|international dimension|next steps|findings of the auditors"
).split("|")
OUTCOMES_SOUGHT = {
    "legislative": "General approach|Political agreement|Progress report|Orientation debate",
    "non_legislative": "Policy debate|Exchange of views|Conclusions|Information from the presidency",
}
SENTENCES = (
    "The presidency will inform ministers about the talks of the past months|"
    "Delegations have asked for more time to examine the impact assessment|"
    "The main open question is the date from which the rules apply|"
    "Several member states would like more flexibility for small administrations|"
    "The Commission will present its analysis of national plans|"
    "Ministers are invited to answer the two questions in the presidency's note|"
    "The European Parliament has adopted its position at first reading|"
    "The text takes up the compromise that ambassadors reached in their last meeting"
).split("|")
INFORMATION_TITLES = (
    "outcome of a conference|request by delegations|invitation to a ministerial meeting|current proposals|"
    "work programme of the incoming presidency|recent developments"
).split("|")
CITIES = "Brussels Luxembourg Tallinn Vienna Lisbon Athens Helsinki Prague Dublin Rome Warsaw Valletta".split()
CHAIR_NAMES = "Alex Robin Kim Maria Jan Ingrid Paul Sofia Leo Eva Marek Olga Zoë Jörg Ελένη Łucja".split()
REASONS = (
    "The agenda could be settled without a meeting.|The texts are not ready in all languages.|"
    "The venue is not available.|Ministers attend a funeral on that day."
).split("|")
CHANGE_NOTES = ("Results added.", "The time of the press conference changed.", "A document number was corrected.")
NOTICE = "Sample: this meeting is made up by a program, to measure with. Nobody has convened it."
