"""Calling people: alerts from opening to close, in which room, on which card, up which ladder, or why not."""
