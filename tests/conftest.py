"""For all tests: generated examples are the same in every run, and a slow machine fails none."""

from hypothesis import settings

settings.register_profile("reckon", deadline=None, derandomize=True)
settings.load_profile("reckon")
