"""The single-line diagram: what hangs on what, how it is set, and how it is drawn."""
