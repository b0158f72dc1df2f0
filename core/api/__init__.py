"""The API: what every call has in common, and the offices."""
