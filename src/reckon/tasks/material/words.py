"""Made-up words: no model has seen them, so their letters cannot be remembered."""

import random

VOWELS = "aeiou"
CONSONANTS = "bcdfghjklmnpqrstvwxyz"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def made_up_word(rng: random.Random, length: int) -> str:
    """A word of `length` letters: pronounceable two times in three, else plain random letters."""
    if rng.random() < 1 / 3:
        return "".join(rng.choices(LETTERS, k=length))
    word = ""
    while len(word) < length:
        word += rng.choice(CONSONANTS) + rng.choice(VOWELS)
        if rng.random() < 0.4:
            word += rng.choice(CONSONANTS)
    return word[:length]


def made_up_words(rng: random.Random, lengths: list[int]) -> list[str]:
    """Words of these lengths, no two alike."""
    words: list[str] = []
    for length in lengths:
        word = made_up_word(rng, length)
        while word in words:
            word = made_up_word(rng, length)
        words.append(word)
    return words
