"""Evaluation: runs that resume, and numbers with intervals."""
