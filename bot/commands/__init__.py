"""The commands of the program, one function each; what they do lives elsewhere and is imported when they run."""
