"""How far one spelling is from another."""


def distance(one: str, other: str) -> int:
    """Letters to put in, leave out, change, or swap with the next, to make one of the other."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        row = [place]
        for column, wanted in enumerate(other, 1):
            least = min(last[column] + 1, row[-1] + 1, last[column - 1] + (letter != wanted))
            if place > 1 and column > 1 and letter == other[column - 2] and one[place - 2] == wanted:
                least = min(least, before[column - 2] + 1)
            row.append(least)
        before, last = last, row
    return last[-1]
