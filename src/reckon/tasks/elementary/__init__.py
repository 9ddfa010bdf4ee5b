"""The 17 families that the shipped model learns: short questions, one answer each."""
