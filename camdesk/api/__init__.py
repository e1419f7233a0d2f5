"""/api/v1 for integrators."""
