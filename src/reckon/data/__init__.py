"""Training data: recipes that turn tasks, models and the interpreter into trajectories."""
