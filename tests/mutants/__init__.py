"""Would anybody notice? A seeded sample of changes of the product, each run against the tests that reach its line.

    python -m tests.mutants --map                              # once a while: which test runs which lines
    python -m tests.mutants --seed 7 --count 40 --list         # what would be drawn
    python -m tests.mutants --seed 7 --count 40                # drawn equally by kind
    python -m tests.mutants --seed 7 --count 20 --kind transaction --kind hint --only camdesk/tickets

docs/development.md tells how to read what it says.
"""
