"""The code interpreter loop with something more: tools, demonstrations, verification."""
