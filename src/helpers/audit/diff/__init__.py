"""What changed between two data folders, or two editions of reports, figure by figure."""
