"""Figures, sentences and charts for the reports of a women's federation."""
