"""Charts from a table: what is asked for (panels.py), what a figure shows (probe.py), whether it is that."""
