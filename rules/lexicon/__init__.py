"""Word lists of the scores, by what a word means; written by hand, imported by rules.features only."""
