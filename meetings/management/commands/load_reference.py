from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from meetings.models import Configuration, Presidency
from meetings.reference.configurations import CONFIGURATIONS
from meetings.reference.presidencies import presidencies


class Command(BaseCommand):
    help = "Adds the configurations since 2002 and the presidencies from 2007 to 2030. What is there stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            added = [
                *(self.configuration(position, facts) for position, facts in enumerate(CONFIGURATIONS)),
                *(
                    Presidency.objects.get_or_create(
                        year=facts.year, half=facts.half, defaults={"country": facts.country}
                    )[1]
                    for facts in presidencies()
                ),
            ]
        self.stdout.write(f"Reference data: {sum(added)} added, {len(added) - sum(added)} already there.")

    def configuration(self, position: int, facts: Any) -> bool:
        values = {name: getattr(facts, name) for name in ("code", "name", "valid_from", "valid_until")}
        return Configuration.objects.get_or_create(slug=facts.slug, defaults=values | {"position": position})[1]
