"""Token by token: the loop that decodes many rows at once, and what each row needs."""
