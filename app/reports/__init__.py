"""Paper: frozen views in, bytes out. Nothing here reads the store, asks the time or knows who is signed in."""
