"""Projects: a folder for another office, a notebook for a new area, JupyterLab at home."""
