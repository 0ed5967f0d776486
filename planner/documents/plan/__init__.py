"""Parts of the drawn plan: view, symbols, layers and furniture."""
