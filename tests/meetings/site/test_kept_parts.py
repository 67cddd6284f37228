"""The store of rendered parts of pages is bounded, and gives back what it was given."""

from meetings.site.kept_parts import OVERHEAD, PartStore


def test_long_and_short_texts_come_back_unchanged() -> None:
    store = PartStore(100_000)
    for text in ("<li>Ελλάδα</li>", "<li>Ελλάδα</li>" * 1_000):
        store.put((text[:20], len(text)), text)
        assert store.get((text[:20], len(text))) == text


def test_what_was_unused_longest_is_dropped() -> None:
    store = PartStore(3 * (OVERHEAD + 100))
    for number in range(3):
        store.put((number,), "x" * 100)
    store.get((0,))
    store.put((3,), "x" * 100)
    assert [number for number in range(4) if store.get((number,))] == [0, 2, 3]
    store.put((3,), "x" * 100)
    assert store.size == 3 * (OVERHEAD + 100)
