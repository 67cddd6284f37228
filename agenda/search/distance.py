"""Compute how different two spellings are."""


def edit_distance(first: str, second: str) -> int:
    """Return how many letters have to be inserted, deleted, replaced or swapped with the next to turn the first word
    into the second.
    """
    before_last: list[int] = []
    last = list(range(len(second) + 1))
    for position, letter in enumerate(first, 1):
        row = [position]
        for column, wanted in enumerate(second, 1):
            least = min(last[column] + 1, row[-1] + 1, last[column - 1] + (letter != wanted))
            if position > 1 and column > 1 and letter == second[column - 2] and first[position - 2] == wanted:
                least = min(least, before_last[column - 2] + 1)
            row.append(least)
        before_last, last = last, row
    return last[-1]
