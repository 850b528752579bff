"""A built report held against the data: is every number of it right, and is it as it was made?"""
