"""Every card Starling makes, one example of each, made by the functions that make it: for golden files and for the eye.

python -m tests.gallery               write the agreed drawings anew (tests/fixtures/cards)
python -m tests.gallery FOLDER        paint each card as the sandbox shows it, wide and narrow, light and dark
"""
