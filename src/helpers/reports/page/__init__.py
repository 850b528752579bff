"""The page of a report: a run notebook becomes one file that needs nothing else."""
