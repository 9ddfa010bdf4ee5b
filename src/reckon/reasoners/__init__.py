"""Published ways to reason with code, one per file; the file's name is the reasoner's name."""
