"""A believable town to try camdesk on, and the cast of the tests."""
