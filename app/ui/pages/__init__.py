"""The sections of the window, one module each."""
