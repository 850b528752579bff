"""A report beside its page: on paper (PDF) and as a Word file, each made from the page."""
