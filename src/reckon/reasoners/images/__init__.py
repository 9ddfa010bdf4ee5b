"""Methods over pictures: programs that look, crop and draw, and models that see what came of it."""
