"""Judging afterwards: samples, appeals, root causes, how right each rule was, and what is learnt and re-run from it."""
