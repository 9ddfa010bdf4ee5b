"""What reasoners share: trying a program, reading replies, candidates, behaviour, the search tree."""
