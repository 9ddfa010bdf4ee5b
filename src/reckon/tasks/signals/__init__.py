"""Places and motions from what sensors tell: localisation, tracking, event order, zones, encounters.

STARK (Quan et al., 2025, arXiv:2505.11618) asks such questions in three tiers over recorded and simulated
signals and grades by error thresholds. Ours cover its state estimation and its relations in space and time;
sensors are drawn from a seed, noise is bounded and said, and every answer has a unit and a tolerance that
any sound estimator keeps. Its third tier, knowledge of the world, is left out: no generator knows it.
"""
