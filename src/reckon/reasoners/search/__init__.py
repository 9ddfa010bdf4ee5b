"""Search over thoughts, plans and programs, on forked rollouts."""
