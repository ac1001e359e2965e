"""Figures: of days, people, teams and outcomes, whose accounts they belong to, and how they are taken away."""
