"""The mutants of `make mutation`: each lacks one rule of one function, and takes the place of that function."""

from pathlib import Path

import pytest

from meetings.documents import called_off, document_numbers
from meetings.editions.keyset import MEETINGS_ORDERING
from tests.mutation.mutants import KeptResults, list_mutants
from tests.mutation.run import put_different_tests_first

MODULE = """
def find(rows, day):
    if day is None and not rows:
        raise ValueError("no day")
    return [row for row in rows.filter(day=day) if row.is_live]


def count(rows):
    rows.check()
    return len(rows)
"""


def test_each_rule_is_removed_once(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(MODULE)
    found = {(mutant.codes[-1][0].co_name, mutant.line, mutant.rule) for mutant in list_mutants(file)}
    assert found == {
        ("find", 3, "negates: day is None and (not rows)"),
        ("find", 3, "leaves out: day is None"),
        ("find", 3, "leaves out: not rows"),
        ("find", 3, "IsNot: day is None"),
        ("find", 4, "does not refuse"),
        ("find", 5, "does not narrow by filter"),
        ("find", 5, "does not filter: row.is_live"),
        ("count", 9, "does not call rows.check"),
    }


@pytest.mark.parametrize("module", [called_off, document_numbers])
def test_each_mutant_is_of_the_function_around_its_rule(module: object) -> None:
    for mutant in list_mutants(Path(str(getattr(module, "__file__", "")))):
        for original, code in mutant.codes:
            lines = [line for _start, _end, line in original.co_lines() if line]
            assert original.co_firstlineno <= mutant.line <= max(lines), mutant
            assert code != original


def test_mutant_takes_the_place_of_the_function() -> None:
    function = document_numbers.is_pair_of_years
    original = function.__code__
    mutant = next(each for each in list_mutants(Path(original.co_filename)) if each.codes[-1][0] == original)
    try:
        assert mutant.replace_original()
        assert function.__code__ == mutant.codes[-1][1]
    finally:
        function.__code__ = original


def test_results_that_objects_of_the_site_keep_are_forgotten() -> None:
    kept = KeptResults()
    assert MEETINGS_ORDERING.column_names
    assert "column_names" in vars(MEETINGS_ORDERING)
    kept.forget()
    assert "column_names" not in vars(MEETINGS_ORDERING)


def test_tests_that_go_another_way_are_tried_before_more_of_the_same() -> None:
    names_by_line = {1: ["quick", "as quick", "thorough", "last"], 2: ["thorough"], 3: ["last", "thorough"]}
    assert put_different_tests_first(names_by_line)[1] == ["quick", "thorough", "last", "as quick"]
