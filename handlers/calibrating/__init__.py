"""The weekly blind vote, from its questions to the decision, and from the decision to the rule."""
