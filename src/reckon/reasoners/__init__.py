"""Published ways to reason with code, one per file; the file's name is the reasoner's name.

The folders say what a method does; `material` holds what they share.
"""

FOLDERS = ("steering", "programs", "loops", "selection", "search", "refinement", "agents", "images")
