"""The quote's contents, gathered and worded; typst only sets them."""
