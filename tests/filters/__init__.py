"""Every filter of text that strangers send, and what it is tried with.

`tests/pure/test_linear_filters.py` runs each of `table.FILTERS` over `shapes.SHAPES` and compares how its cost grows.
"""
