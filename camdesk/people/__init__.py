"""Persons, organisations, users, teams and what each of them may see."""
