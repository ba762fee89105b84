"""The store: everything that reads or writes the house's files."""
