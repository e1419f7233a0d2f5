"""Whole conversations of scripted people with the bot and its real reader.

A dialogue test (bot/dialogues.py) holds one flow to its steps; here a person knows what they know, and the bot must
find its way.
"""
