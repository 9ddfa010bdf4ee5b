"""Adapters: Reckon's reasoners, dialects, rewards and interpreters inside other frameworks, one per file.

ray     interpreters on the nodes of a Ray cluster
trl     rollouts and rewards for TRL's GRPOTrainer
verl    an agent loop, rewards and advantages for verl

Each needs an extra of its own name, and trl and verl each an environment of their own: docs/cluster.md.
"""
