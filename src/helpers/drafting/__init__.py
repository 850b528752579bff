"""The writing room: the prose of a report from its figures, as text, Markdown or a Word file."""
