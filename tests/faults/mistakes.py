"""Messages that are changed, cut and filled at random."""

import random


def make_mistakes(text, most, piece, first=lambda: 0):
    """One to `most` mistakes in a bytearray. `piece(text)` is what may come in between; `first()` where a mistake may be at the earliest."""
    for _ in range(random.randint(1, most)):
        at, kind = random.randrange(first(), len(text)), random.randrange(4)
        if kind == 0:
            text[at] = random.randrange(256)
        elif kind == 1:
            text[at:at] = random.randbytes(random.randint(1, 30))
        elif kind == 2:
            del text[at:at + random.randint(1, 20)]
        else:
            text[at:at] = piece(text)
