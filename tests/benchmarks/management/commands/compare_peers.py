import argparse
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tests.benchmarks.peers import COMPARISONS, compare_peers


class Command(BaseCommand):
    help = "Compares this site with other sites of the same content, as tests/benchmarks/peers.py describes."
    requires_system_checks = []  # it leaves the site's own database alone

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder with the other sites")
        parser.add_argument("python", help="the interpreter of their environment")
        parser.add_argument(
            "--own-python",
            default=sys.executable,
            help="the interpreter that serves our site, for example of an environment as the image has",
        )
        parser.add_argument("--only", choices=COMPARISONS, help="make only one of the comparisons")
        parser.add_argument("--rounds", type=int, default=5, help="number of measured rounds (default: 5)")
        parser.add_argument("--meetings", type=int, default=2000, help="of the comparison of requests (default: 2000)")
        parser.add_argument("--seconds", type=int, default=4, help="of one run of requests (default: 4)")

    def handle(self, *args: Any, **options: Any) -> None:
        compare_peers(argparse.Namespace(**options))
