"""From the drawing to the price: take-off, price book, pricing and its spread.

Contract: pure functions of frozen inputs; money and quantities are `Decimal`,
rounded half up. Every bill line names the objects it was taken from and the rule
that made it; a line without a price is a finding, never a silent zero.
"""
