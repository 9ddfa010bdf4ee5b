"""Which problems are worth rollouts: R1-Code-Interpreter's stages, and a posterior that training keeps."""
