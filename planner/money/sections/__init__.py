"""Take-off rules by section of the bill; each yields `Taken` quantities with their cause."""
