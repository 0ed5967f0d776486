"""Sheets of the bill-of-materials workbook, one module each; openpyxl lives here."""
