"""Reports, cases and clocks over the API."""
