"""The program is the reasoning: run by the interpreter, by the model, or by both."""
