"""SymBench's tasks outside BIG-Bench Hard, rewritten as generators from their descriptions.

Chen et al., "CodeSteer: Symbolic-Augmented Language Models via Code/Text Guidance", 2025, arXiv:2502.04350;
23 of them follow LogicGame (Gui et al., 2024, arXiv:2408.15778). No text, data or code of either is used.
"""
