"""What families are made of: sizes, made-up words, posed questions. A file here is no task."""
