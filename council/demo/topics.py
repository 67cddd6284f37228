"""The sample topics, which several sample meetings are about. The first two belong to the real note."""

from dataclasses import dataclass

from council.demo.drafting import clean_source_html, draft_link, get_sample_id
from meetings.documents.choices import Language
from meetings.documents.schema import Link, TopicDocument

SAMPLE_NOTICE = (
    "<p><em>Sample: this text is written to show what a topic looks like, and is no position of the Council.</em></p>"
)


@dataclass(frozen=True)
class SampleTopic:
    slug: str
    title: str
    lead: str
    text: str
    links: tuple[Link, ...] = ()

    def build_document(self) -> TopicDocument:
        """Return the document of the topic, with ids for its links."""
        for number, link in enumerate(self.links, 1):
            link.id = get_sample_id(f"topic {self.slug} link {number}")
        return TopicDocument(
            id=get_sample_id(f"topic {self.slug}"),
            language=Language.EN,
            source_language=Language.EN,
            slug=self.slug,
            title=self.title,
            lead=clean_source_html(self.lead),
            text=clean_source_html(self.text + SAMPLE_NOTICE),
            links=list(self.links),
        )


TOPICS = (
    SampleTopic(
        "migration-policy",
        "Migration policy",
        """<p>How the Union answers irregular migration: <strong>saving lives</strong> first, then fair procedures, and
        agreements with the countries that people come from and pass through.</p>""",
        """<p>The file has three strands that meet in the Council time and again:</p>
        <ul><li>asylum: who examines which application, and how fast</li>
        <li>borders: registration, search and rescue, and the agencies that help</li>
        <li>partners: training, legal ways to come, and returns</li></ul>""",
        (
            draft_link("background", "Migration in figures", "background/migration", "en"),
            draft_link("infographic", "Routes across the Mediterranean"),
        ),
    ),
    SampleTopic(
        "fight-against-terrorism",
        "Fight against terrorism",
        """<p>What member states do together against terrorism, from preventing <strong>radicalisation</strong>
        on.</p>""",
        """<p>Police and courts remain a matter for the member states. The Union adds common definitions of offences,
        data that can be searched across borders, and rules against the funding of terrorism.</p>""",
        (draft_link("background", "Measures since 2001", "background/terrorism", "en"),),
    ),
    SampleTopic(
        "savings-and-investments",
        "Savings and investments",
        """<p>Households in the Union save more than they invest. The Council works on rules that make it
        <strong>easier to put savings into companies</strong>, and for companies to ask for them.</p>""",
        """<h3>What is on the table</h3><ul><li>shorter prospectuses for small companies</li>
        <li>venture capital backed by promotional banks</li><li>simple products for people who save for their
        pension</li></ul><h3>What comes next</h3><p>Finance ministers come back to the file at each informal
        meeting.</p>""",
        (draft_link("document", "Roadmap of the presidency", "documents/savings", "en"),),
    ),
    SampleTopic(
        "water-resilience",
        "Water",
        """<p>Too little in summer, too much in autumn, and not always clean: three ministries have a part in the
        Union's <strong>water policy</strong>, and so have three configurations of the Council.</p>""",
        """<p>Ministers for the environment deal with the quality of rivers and with treatment plants, ministers for
        agriculture with irrigation, ministers for energy with dams.</p>""",
        (
            draft_link("background", "Water policy explained", "background/water", "en"),
            draft_link("background", "La politique de l’eau", "background/eau", "fr"),
            draft_link("background", "Η πολιτική για το νερό", "background/nero", "el"),
        ),
    ),
    SampleTopic(
        "power-grids",
        "Power grids",
        """<p>Wind and sun are often far from where power is needed. The Council discusses how to <strong>build lines
        faster</strong> and who pays for those that cross borders.</p>""",
        "<p>One proposal concerns permits. Another, still awaited, will concern the sharing of costs.</p>",
    ),
    SampleTopic(
        "skills-and-fair-jobs",
        "Skills and fair jobs",
        """<p>From traineeships to nursing: how people learn a trade, and what makes them <strong>stay</strong> in
        it.</p>""",
        """<p>Labour markets differ, and so do schools. What the Union can do is to have diplomas recognised, to set
        minimum conditions, and to let member states learn from each other.</p>""",
        (draft_link("web", "Have your say on skills", "consultation/skills"),),
    ),
)
