"""Agents around the interpreter: hierarchies, roles, memories, mind maps, folders of code and documents."""
