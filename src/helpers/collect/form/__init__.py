"""The submission form: made from the codebook, filled in by a region, read back."""
