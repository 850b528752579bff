"""Nothing twice: what each report was made from, and whether it still stands."""
