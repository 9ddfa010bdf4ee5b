"""Between text and code: prompts, scores and guides that say which way a model takes."""
