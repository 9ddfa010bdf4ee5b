"""What data recipes share: retelling a trajectory to a student, the loop of tries, the check of a file."""
