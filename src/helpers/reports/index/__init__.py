"""The index page: the way in to an edition."""
