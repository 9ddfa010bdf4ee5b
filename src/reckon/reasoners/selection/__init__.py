"""Sample many, then choose."""
