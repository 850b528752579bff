"""From the workbooks that districts fill in to a data folder: forms, submissions, roll-up."""
