"""A published text, held against the data: its quantities, their figures, the verdicts."""
