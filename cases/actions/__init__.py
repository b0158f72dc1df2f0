"""Every write on cases: one verb, one function, one transaction."""
