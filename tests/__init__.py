"""Tests mirror the folders; servers they need they start themselves."""
