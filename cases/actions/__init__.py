"""Every write on cases."""
