"""Letters on their way in: fetched or received, kept raw, and joined to the request they belong to."""
