"""The shape of what people write about an investigation; shape only, every rule is in the actions."""
