"""Training: supervised fine-tuning today; torch is imported only when something is trained."""
