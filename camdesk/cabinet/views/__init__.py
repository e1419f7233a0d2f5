"""Pages of the cabinet, one file per noun."""
