"""The study: tables in, figures, measures, judgements and comparisons out."""
