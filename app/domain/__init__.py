"""Pure rules and frozen views. Standard library only; nothing here knows the store, the screen or now."""
