"""Backup and restore: data and wrapped keys apart, both sealed; the root key on paper."""
