"""Insights as files: figures, formulas, looks."""
