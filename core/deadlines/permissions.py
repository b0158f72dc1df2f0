"""What one may do with an organisation's own terms of clocks; who holds it is in config/access_table.csv."""

from enum import StrEnum

from core import permissions


class Perm(StrEnum):
    CLOCKS = "core.clocks"


permissions.declare(Perm, {Perm.CLOCKS: "Set how long things may take, who hears when they are late, and days off"})
