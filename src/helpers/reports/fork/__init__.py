"""The fork engine: one helper process that has imported everything, a fork of it per report.

Arrows go one way here: system, streams → shell → notebook → child → server; helper → engine.
"""
