"""The loop over named duties: what waits in a table is done here."""
