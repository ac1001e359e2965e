"""Made-up conversations for the demo, `replay`, tests and benchmarks: showpieces, a generator, a story, streams.

Every shop, person, phone and address here is invented. May import `rules` and the standard library only.
"""
