"""Reckon."""
