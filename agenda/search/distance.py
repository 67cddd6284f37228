"""Compute how different two spellings are."""


def edit_distance(one: str, other: str) -> int:
    """Return how many letters have to be inserted, deleted, replaced or swapped with the next one to turn one word into
    the other.
    """
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for position, letter in enumerate(one, 1):
        row = [position]
        for column, wanted in enumerate(other, 1):
            least = min(last[column] + 1, row[-1] + 1, last[column - 1] + (letter != wanted))
            if position > 1 and column > 1 and letter == other[column - 2] and one[position - 2] == wanted:
                least = min(least, before_last[column - 2] + 1)
            row.append(least)
        before_last, last = last, row
    return last[-1]
