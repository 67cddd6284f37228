"""Phrases to read notes in Greek. The accent of a phrase may be on any vowel (see `agenda.notes.phrases`)."""

import re

from agenda.notes.greek_output import WRITTEN
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
    language="el",
    ordinals=("ης", "η"),
    day_joiners=("και", "έως", "μέχρι"),
    day_prefixes=("την", "τη", "το", "της", "στις", "από", "για την", "για τη"),
)

CLOCK = ClockPhrases(
    exact=("στις", "στη", "ώρα"),
    approximate=("περίπου στις", "περίπου", "γύρω στις", "κατά τις", "περί τις"),
    from_then_on=("από τις", "από τη", "μετά τις"),
    relative=(
        "(?:αμέσως )?(?:στο τέλος|μετά το τέλος|μετά τη λήξη|κατά τη λήξη) (?:της|του|των) [^(),.;:]{3,80}",
        "(?:αμέσως )?(?:μετά|πριν από) (?:την?|το) (?:σύνοδο|συνεδρίαση|συμβούλιο|γεύμα|δείπνο|συζήτηση)",
    ),
    to_be_confirmed=("ώρα προς επιβεβαίωση", "προς επιβεβαίωση", "θα επιβεβαιωθεί"),
    oclock=("η ώρα", "h"),
    noon=("το μεσημέρι", "μεσημέρι"),
    morning=("π.μ.", "πμ", "το πρωί"),
    afternoon=("μ.μ.", "μμ", "το απόγευμα", "το βράδυ"),
)

HEADER = HeaderPhrases(
    institution=compile_phrase("(?:γενική γραμματεία του )?συμβουλιου? της ευρωπαϊκής ένωσης|συμβούλιο της εε"),
    press_mark=compile_phrase("τύπος|υπηρεσία τύπου|γραφείο τύπου"),
    note_type=compile_phrase("ενημερωτικό σημείωμα"),
    other_note_types=(
        (compile_phrase("(?:προσωρινό )?ενδεικτικό πρόγραμμα"), "an indicative programme"),
        (compile_phrase("ανακοίνωση προς τα μέσα ενημέρωσης"), "a media advisory"),
        (compile_phrase("(?:σχέδιο |προσωρινή )?ημερήσια διάταξη"), "an agenda"),
        (compile_phrase("δελτίο τύπου|ανακοινωθέν τύπου"), "a press release"),
        (compile_phrase("αποτελέσματα της συνόδου του συμβουλίου"), "an outcome of a meeting"),
    ),
    council="Συμβούλιο",
    usual_cities=("Βρυξέλλες", "Λουξεμβούργο", "Στρασβούργο"),
    city_prepositions=("στις", "στο"),
)

OPENING = OpeningPhrases(
    chaired=compile_phrase(
        r"(?:\bπροεδρία(?: (?:της|του|των) [^:;]{3,120}?)?:|\bυπό την προεδρία (?:του|της|των)"
        r"|\b(?:της|του|στην?|στο|την?|το) [^.;]{0,80}?\b(?:συνόδου?|συνεδρίασης?|συμβουλίου?|μέρος|μέρους)\b"
        r"[^;]{0,100}?\bπροεδρεύ(?:σ?ει|σ?ουν)) (?P<chairs>.+)"
    ),
    chairing=compile_phrase(
        r"(?P<chairs>.+?),? (?:θα )?προεδρεύ(?:σ?ει|σ?ουν) (?:της|του|των|στην?|στο) (?:[\w-]+ )*"
        r"(?:συνόδου?|συνεδρίασης?|συμβουλίου?|συζήτησης?)\b.*"
    ),
    starts=compile_phrase(
        r"(?:\bέναρξη (?:της|του|των) [^:;.]{3,120}?:"
        r"|\b(?:σύνοδος|συνεδρίαση|συμβούλιο)\**(?:,? [^.;]{1,60})? (?:θα )?(?:αρχί[ζσ]ει|ξεκινήσει|ξεκινά)"
        r"|υπουργοί [^.;]{0,60}?συνέλθουν(?= (?:την? [^.;]{3,30}? )?(?:στις|από τις) \d)) (?P<time>.+)"
    ),
    whole_meeting=compile_phrase(r"(?:(?:προεδρία|έναρξη) της συνόδου|η σύνοδος|και οι δύο)\b"),
    session=compile_phrase(r"(?:προεδρία|έναρξη) του τμήματος [\"«“]\s*(?P<session>[^\"»”]{3,80}?)\s*[\"»”]"),
    conjunction="και",
    article="(?:ο|η|το|οι|τον|την|τη|του|της|των|τους|τις|τα) ",
    by="από",
    subject_end=re.compile(r":|\bαπό\b|\bυπό\b"),
    role_beginnings=(
        "υπουργός", "υφυπουργός", "αναπληρωτής", "αναπληρώτρια", "αντιπρόεδρος", "πρωθυπουργός", "πρόεδρος", "ύπατος",
        "ύπατη", "επίτροπος", "γραμματέας", "γενικός", "γενική", "ομοσπονδιακός", "ομοσπονδιακή",
    ),
    country_preposition="",
    honorific=r"κα?ς?\.? ",
)  # fmt: skip

PRESS = PressPhrases(
    press_heading=compile_phrase("συνεντεύξεις τύπου|συνέντευξη τύπου|ενημέρωση του τύπου|πληροφορίες για τον τύπο"),
    other_heading=compile_phrase(
        "(?:άλλες εκδηλώσεις|(?:εκδηλώσεις )?στο περιθώριο(?: (?:του συμβουλίου|της συνόδου))?)(?:: (?P<text>.+))?"
    ),
    margins=compile_phrase("στο περιθώριο"),
    point_kinds=(
        (compile_phrase(r"\bενημέρωση (?:του )?τύπου\b"), PointKind.PRESS_BRIEFING),
        (compile_phrase(r"\bσυνέντευξη τύπου\b"), PointKind.PRESS_CONFERENCE),
        (compile_phrase(r"\b(?:εγγραφή|διαπίστευση)\b"), PointKind.REGISTRATION),
        (compile_phrase(r"\bδηλώσε?ις? .{0,80}(?:προσέλευση|άφιξη)"), PointKind.DOORSTEP),
        (compile_phrase(r"\b(?:προσέλευση|άφιξη|αφίξεις)\b"), PointKind.ARRIVALS),
        (compile_phrase(r"\b(?:πρόγευμα|γεύμα|δείπνο)\b"), PointKind.MEAL),
        (compile_phrase(r"^(?:έναρξη|συνέχιση)\b"), PointKind.START),
        (compile_phrase(r"\b(?:στρογγυλής? τραπέζης?|στρογγυλή τράπεζα)\b"), PointKind.ROUND_TABLE),
    ),
    announcement=compile_phrase(r"\b(?P<what>συνέντευξη|ενημέρωση) τύπου\b"),
    live=compile_phrase("(?:απευθείας|ζωντανή) μετάδοση"),
    link_kinds=(
        (
            compile_phrase(r"\b(?:ποιότητας? (?:ραδιο)?τηλεοπτικής μετάδοσης|υλικό βίντεο|βιντεοσκοπήσεις)\b"),
            LinkKind.BROADCAST,
        ),
        (
            compile_phrase(r"\b(?:απευθείας|ζωντανή|ζωντανά|streaming|δημόσιες συνεδριάσεις)\b"),
            LinkKind.LIVE_STREAM,
        ),
        (compile_phrase(r"\b(?:γράφημα|γραφήματα)\b"), LinkKind.INFOGRAPHIC),
        (compile_phrase(r"\bγενικές πληροφορίες\b"), LinkKind.BACKGROUND),
        (compile_phrase(r"\bφωτογραφί(?:α|ες|ών)\b"), LinkKind.PHOTOS),
        (compile_phrase(r"\b(?:μαγνητοσκόπηση|μαγνητοσκοπήσεις|εγγραφή βίντεο)\b"), LinkKind.RECORDING),
        (compile_phrase(r"\b(?:εγγραφή|διαπίστευση)\b"), LinkKind.REGISTRATION),
        (compile_phrase(r"\b(?:δελτί|ανακοινωθέν)(?:ο|α)? τύπου\b"), LinkKind.PRESS_RELEASE),
        (compile_phrase(r"\bσυμπεράσματα\b"), LinkKind.CONCLUSIONS),
        (
            compile_phrase(r"^(?:σχέδιο )?(?:πρόταση|κανονισμός|οδηγία|απόφαση|σύσταση|έκθεση|ανακοίνωση|έγγραφο)\b"),
            LinkKind.DOCUMENT,
        ),
        (compile_phrase(r"\b(?:έγγραφ(?:ο|α)|πλήρες κείμενο|ημερήσια διάταξη)\b"), LinkKind.DOCUMENT),
    ),
    meeting_link_kinds=frozenset({LinkKind.LIVE_STREAM, LinkKind.BROADCAST, LinkKind.PHOTOS, LinkKind.REGISTRATION}),
    address_follows=compile_phrase(r"(?: (?:στη διεύθυνση|εδώ))?:"),
    link_without_address=compile_phrase(r"(?:ενημερωτικό )?γράφημα\s*[-–—:]\s*\S.*|.*\S \(γενικές πληροφορίες\)"),
    office_address=compile_phrase(r"rue de la loi 175\b.*"),
    contact=compile_phrase(
        r"(?P<label>(?:υπεύθυνο[ςι]|εκπρόσωπο[ςι]) τύπου|επικοινωνία(?: με τον τύπο)?)\s*: (?P<rest>.+)"
    ),
    officer_label=compile_phrase("υπεύθυνο|εκπρόσωπο"),
    contacts_heading=compile_phrase(r"(?:επικοινωνία(?: με τον τύπο)?|υπεύθυνοι τύπου)\s*:?"),
    office=compile_phrase(
        r"(?P<name>(?:υπηρεσία|γραφείο) τύπου(?:\s*[-–—,|]\s*γενική γραμματεία(?: του συμβουλίου)?)?)"
        r"(?:\s*[-–—,|]\s*(?P<rest>.+))?"
    ),
    telephone=compile_phrase(r"(?:(?:τηλ|τηλέφωνο|κινητό)\b\.?\s*:?\s*)?(?P<number>\+?[\d(][\d\s()./-]{5,24}\d)"),
    notice=compile_phrase(
        "(?:το )?(?:παρόν|σημείωμα αυτό|ενημερωτικό σημείωμα)(?: (?:σημείωμα|έγγραφο))? (?:έχει )?(?:συν|εκ)"
    ),
)

# The name of each session, and its form after “Συμβούλιο”.
SESSIONS = """\
Άμυνα | Άμυνας
Αθλητισμός | Αθλητισμού
Αλιεία | Αλιείας
Ανάπτυξη | Ανάπτυξης
Ανταγωνιστικότητα | Ανταγωνιστικότητας
Απασχόληση | Απασχόλησης
Απασχόληση και Κοινωνική Πολιτική | Απασχόλησης και Κοινωνικής Πολιτικής
Άρθρο 50 | Άρθρου 50
Βιομηχανία | Βιομηχανίας
Γενικές Υποθέσεις | Γενικών Υποθέσεων
Γεωργία | Γεωργίας
Διάστημα | Διαστήματος
Δικαιοσύνη | Δικαιοσύνης
Δικαιοσύνη και Εσωτερικές Υποθέσεις | Δικαιοσύνης και Εσωτερικών Υποθέσεων
Εμπόριο | Εμπορίου
Ενέργεια | Ενέργειας
Έρευνα | Έρευνας
Έρευνα και Διάστημα | Έρευνας και Διαστήματος
Εξωτερικές Υποθέσεις | Εξωτερικών Υποθέσεων
Εσωτερικές Υποθέσεις | Εσωτερικών Υποθέσεων
Εσωτερική Αγορά | Εσωτερικής Αγοράς
Εσωτερική Αγορά και Βιομηχανία | Εσωτερικής Αγοράς και Βιομηχανίας
Καταναλωτές | Καταναλωτών
Κλίμα | Κλίματος
Κοινωνική Πολιτική | Κοινωνικής Πολιτικής
Μεικτή Επιτροπή | Μεικτής Επιτροπής
Μεταφορές | Μεταφορών
Νεολαία | Νεολαίας
Οικονομικές και Δημοσιονομικές Υποθέσεις | Οικονομικών και Δημοσιονομικών Υποθέσεων
Οπτικοακουστικά | Οπτικοακουστικών
Παιδεία | Παιδείας
Περιβάλλον | Περιβάλλοντος
Πολιτισμός | Πολιτισμού
Πολιτισμός και Οπτικοακουστικά | Πολιτισμού και Οπτικοακουστικών
Προϋπολογισμός | Προϋπολογισμού
Τηλεπικοινωνίες | Τηλεπικοινωνιών
Τουρισμός | Τουρισμού
Υγεία | Υγείας
"""

AGENDA = AgendaPhrases(
    other_business=compile_phrase(r"διάφορα(?: \(συνέχεια\))?(?: \((?P<mark>[^()]+)\))?:?"),
    inline_other_business=compile_phrase(r"διάφορα: (?P<title>\S.*)"),
    a_items=compile_phrase(
        r"(?:(?:έγκριση|κατάλογος) (?:του καταλόγου )?(?:των )?)?σημεί(?:α|ων) [\"'“”«]?\s?[αa]\b.*"
    ),
    lunch_prefix=compile_phrase(r"γεύμα(?: εργασίας)?: (?=\S)"),
    meal=compile_phrase(r"(?:πρόγευμα|γεύμα|δείπνο)\b.*"),
    public_marks=(
        (compile_phrase("ενδεχομένως δημόσια συνεδρίαση"), PublicSession.POSSIBLY, PublicBasis.NOT_STATED),
        (compile_phrase("(?:σε )?δημόσια συνεδρίαση"), PublicSession.YES, PublicBasis.NOT_STATED),
        (compile_phrase("δημόσια σύσκεψη"), PublicSession.YES, PublicBasis.DELIBERATION),
        (compile_phrase("δημόσια συζήτηση"), PublicSession.YES, PublicBasis.DEBATE),
        (compile_phrase("δημόσια, (?:απευθείας|ζωντανή) μετάδοση"), PublicSession.YES, PublicBasis.LIVE_STREAM),
        (compile_phrase("μη δημόσια(?: συνεδρίαση)?"), PublicSession.NO, PublicBasis.NOT_STATED),
    ),
    information=compile_phrase(
        r"(?:ενημέρωση|πληροφορίες|παρουσίαση|αίτημα|σημείωμα)(?: (?:που παρέχονται|που υποβλήθηκε))? "
        r"(?:από|εκ μέρους) (?P<providers>.+)"
    ),
    supported=compile_phrase(r",? (?:με την υποστήριξη|υποστηριζόμεν[ηοε]ς? από) "),
    delegation=compile_phrase(" αντιπροσωπ(?:ίας?|ίες|ιών|είας?|είες)"),
    institutions={
        form.casefold(): name
        for name, forms in {
            "Επιτροπή": ("επιτροπή", "επιτροπής", "ευρωπαϊκή επιτροπή", "ευρωπαϊκής επιτροπής"),
            "Προεδρία": ("προεδρία", "προεδρίας", "προεδρία του συμβουλίου"),
            "Ύπατος Εκπρόσωπος": ("ύπατος εκπρόσωπος", "ύπατο εκπρόσωπο", "ύπατου εκπροσώπου"),
            "Ύπατη Εκπρόσωπος": ("ύπατη εκπρόσωπος", "ύπατη εκπρόσωπο", "ύπατης εκπροσώπου"),
            "Ευρωπαϊκή Κεντρική Τράπεζα": ("ευρωπαϊκή κεντρική τράπεζα", "ευρωπαϊκής κεντρικής τράπεζας"),
            "Ευρωπαϊκή Τράπεζα Επενδύσεων": ("ευρωπαϊκή τράπεζα επενδύσεων", "ευρωπαϊκής τράπεζας επενδύσεων"),
        }.items()
        for form in forms
    },
    in_english={
        "Επιτροπή": "Commission",
        "Προεδρία": "Presidency",
        "Ύπατος Εκπρόσωπος": "High Representative",
        "Ύπατη Εκπρόσωπος": "High Representative",
        "Ευρωπαϊκή Κεντρική Τράπεζα": "European Central Bank",
        "Ευρωπαϊκή Τράπεζα Επενδύσεων": "European Investment Bank",
    },
    outcomes=compile_phrase(
        r"(?:(?:μερική )?γενική προσέγγιση|συζήτηση προσανατολισμού|δημόσια συζήτηση|ανταλλαγή απόψεων|"
        r"έκθεση προόδου|πορεία των εργασιών|πολιτική συμφωνία|πολιτικές κατευθύνσεις|"
        r"(?:σχέδιο )?συμπερ(?:άσματα|ασμάτων)(?: του συμβουλίου)?|έγκριση|έκδοση|"
        r"παρουσίαση από την? [α-ωά-ώ\s]+|σύσταση(?: του συμβουλίου)?|απόφαση|πρώτη ανάγνωση|συζήτηση)"
        r"(?:\s*[-–/,] ?(?:έγκριση|έκδοση|ανταλλαγή απόψεων|συζήτηση προσανατολισμού))*"
    ),
    session_names=frozenset(),
    session_spellings={
        fold_case_and_accents(form): line.split(" | ")[0]
        for line in SESSIONS.splitlines()
        for form in line.split(" | ")
    },
    uncapitalised_words=frozenset(
        "και της του των την τη το τα τον στην στη στο στα στις για από με σε ή ο η οι".split()
    ),
    acronyms=frozenset("ΕΕ ΟΗΕ ΝΑΤΟ ΟΑΣΕ ΠΟΕ ΟΟΣΑ ΔΝΤ ΕΚΤ ΕΤΕΠ ΕΟΧ PNR SIS ETIAS EES VIS ΦΠΑ ΤΠΕ ΣΕΕ ΣΛΕΕ".split()),
    finite_verbs=compile_phrase(
        r"\b(?:θα|είναι|ήταν|έχει|έχουν|είχε|είχαν|πρέπει|μπορεί|μπορούν|αναμένεται|αναμένονται|προβλέπεται)\b"
    ),
    conjunction="και",
    act_reference=compile_phrase(
        r"(?:\bαριθ\.?|\((?:εε|εκ|εοκ|ευρατόμ|κεππα)\)|\bκανονισμ(?:ός|ού|ό)|\bοδηγίας?|\bαπόφασης?|\bυπόθεσης?)\.? ?$"
    ),
)  # fmt: skip

GREEK = NotePhrases(
    language="el",
    name="Greek",
    calendar=CALENDAR,
    clock=CLOCK,
    header=HEADER,
    opening=OPENING,
    press=PRESS,
    agenda=AGENDA,
    output=WRITTEN,
)
