"""Reads, by area. Each takes an Actor, filters by her access, and returns frozen views of the domain."""
