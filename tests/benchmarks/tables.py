"""Print ratios of what sites do in a second, and the runs that they come from."""

import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Runs = Sequence[float]


@dataclass(frozen=True)
class Comparison:
    """Alternating runs of one kind of work, in requests or meetings a second: ours, and those of each other site.

    `goals` are the least ratios that we want, by site.
    """

    what: str
    ours: Runs
    others: Mapping[str, Runs]
    goals: Mapping[str, float]

    def compute_ratio(self, site: str) -> float:
        """Return the median of the ratios of neighbouring runs."""
        return statistics.median(own / other for own, other in zip(self.ours, self.others[site], strict=True))


def print_comparisons(comparisons: Sequence[Comparison]) -> None:
    """Write a table of Markdown. A ratio below its goal is marked."""
    sites = list(dict.fromkeys(site for each in comparisons for site in each.others))
    sys.stdout.write(f"| work | ours, a second | {' | '.join(sites)} |\n|{'---|' * (len(sites) + 2)}\n")
    for each in comparisons:
        cells = [describe_ratio(each, site) if site in each.others else "" for site in sites]
        sys.stdout.write(f"| {each.what} | {statistics.median(each.ours):,.0f} | {' | '.join(cells)} |\n")
    sys.stdout.flush()


def describe_ratio(comparison: Comparison, site: str) -> str:
    ratio, goal = comparison.compute_ratio(site), comparison.goals.get(site)
    rate = statistics.median(comparison.others[site])
    shown = f"{ratio:.2f} × ({rate:,.0f})"
    if goal is None:
        return shown
    return f"{shown}, goal {goal:g}" + ("" if ratio >= goal else " **missed**")
