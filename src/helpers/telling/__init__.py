"""The desk: figures become sentences, charts, tables and lists."""
