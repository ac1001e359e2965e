"""What we look for and what we decide: pure functions over values; no I/O, no clock, no framework."""
