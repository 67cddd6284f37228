from agenda.models.items import AgendaItem, Result
from agenda.models.links import MediaLink
from agenda.models.topics import BackgroundTopic

__all__ = ["AgendaItem", "BackgroundTopic", "MediaLink", "Result"]
