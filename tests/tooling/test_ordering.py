"""The order in which the workers of `make test` run the tests."""

from types import SimpleNamespace

import pytest

from tests.ordering import LONG_TESTS, deal_tests
from tests.paths import ROOT

pytestmark = pytest.mark.sqlite


def build_items(path, number):
    return [SimpleNamespace(path=ROOT / path, name=f"{path} {n}") for n in range(number)]


def test_each_part_begins_with_long_tests():
    short = build_items("tests/tooling/test_run.py", 20)
    demo, browser = build_items("tests/browser/test_demo.py", 3), build_items("tests/browser/test_languages.py", 2)
    items = [*short[:9], *browser, *demo, *short[9:]]
    dealt = deal_tests(items, 2)
    first, second = dealt[:12], dealt[12:]
    assert (first[:3], second[:2]) == (demo, browser)
    assert first[3:] + second[2:] == short


@pytest.mark.parametrize("workers", [2, 3, 8])
def test_no_test_is_lost(workers):
    items = [item for path in [*LONG_TESTS, "tests/tooling/test_run.py"] for item in build_items(path, 5)]
    dealt = deal_tests(items, workers)
    assert sorted(map(id, dealt)) == sorted(map(id, items))


def test_paths_of_long_tests_exist():
    assert [path for path in LONG_TESTS if not (ROOT / path).exists()] == []
