"""Starts Amparo on one machine: embedded PostgreSQL and Valkey, then web, worker, sealer and beat."""
