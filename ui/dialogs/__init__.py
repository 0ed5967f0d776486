"""Dialogs, one per file; what they show is made ready in `ui.present`."""
