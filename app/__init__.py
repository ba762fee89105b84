"""Daybook: the operations record of an approved premises."""
