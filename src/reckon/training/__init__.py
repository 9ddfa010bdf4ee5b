"""Training: supervised, by rewards, by preferences; torch is imported only when something is trained."""
