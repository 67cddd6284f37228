"""The templates of the demo, taken from two sample meetings, and its shared blocks."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from agenda.editor.shared_blocks import save_block
from agenda.editor.templates import build_template_from_meeting, save_template
from agenda.models import SharedBlock
from council.demo.accounts import PUBLISHER
from council.demo.approvals import get_account_actor
from council.demo.document_files import get_sample_id
from council.demo.sample_meetings import SampleMeeting
from meetings.models import Configuration

TEMPLATE_MEETING_IDS = {get_sample_id(f"meeting {name}") for name in ("justice and home affairs", "finance ministers")}


def create_templates(samples: Iterable[SampleMeeting]) -> None:
    """Make templates of two sample meetings, as a publisher does on the screen."""
    for document in (sample.first for sample in samples if sample.first.id in TEMPLATE_MEETING_IDS):
        configuration = Configuration.objects.get(slug=document.configuration.slug)
        template = build_template_from_meeting(document, configuration)
        save_template(configuration, template, by=get_account_actor(PUBLISHER), version=0)


def create_shared_blocks() -> None:
    data = tomllib.loads((Path(__file__).parent / "shared_blocks.toml").read_text(encoding="utf-8"))
    for values in data["blocks"]:
        slug = values.get("desk")
        desk = Configuration.objects.get(slug=slug) if slug else None
        block = SharedBlock(kind=values["kind"], name=values["name"], desk=desk)
        for content in values["versions"]:
            save_block(block, content, by=get_account_actor(PUBLISHER), number=block.number)
