"""The parts that pages are made of; each takes its colours, fonts and sizes from the theme."""
