"""Graders: one module for each kind of answer. They parse, never evaluate; any text gets a grade."""
