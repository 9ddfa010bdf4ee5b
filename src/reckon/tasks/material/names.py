"""First names for the people in a question."""

NAMES = (  # noqa: SIM905
    "Ada Anton Beatriz Boris Carmen Chidi Dalia Dmitri Elif Emeka Farah Felix Greta Hamza Hiroshi Ines "
    "Ivan Jasmin Jonas Kavya Kenji Leila Lucas Magda Mateo Nadia Nikolai Olga Omar Paula Pedro Quentin "
    "Ravi Rosa Samir Sigrid Tomas Tuva Umberto Ursula Vera Viktor Wanda Xavier Yara Yusuf Zelda Zoran"
).split()
