"""The bill as an EN 16931 invoice: its figures, its XML (CII), and the file that a PDF carries."""
