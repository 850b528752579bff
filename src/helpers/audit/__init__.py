"""The examiner: published texts and built reports, held against the data."""
