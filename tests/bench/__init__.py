"""What Starling costs beside what a competent developer would write in an afternoon: `make bench` prints a table.

Nothing here asserts a time: machines differ, so the ratio to the peer in the same run is what counts.
"""
