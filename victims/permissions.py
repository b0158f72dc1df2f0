"""What one may do on the support side; who holds which is in the one table, config/access_table.csv."""

from enum import StrEnum

from core import permissions


class Perm(StrEnum):
    OPEN = "victims.open"
    WORK = "victims.work"
    STAND_IN = "victims.stand_in"
    APPROVE = "victims.approve"
    ALARM = "victims.alarm"
    ROTA = "victims.rota"
    PROVIDERS = "victims.providers"
    GAPS = "victims.gaps"
    FUNDS = "victims.funds"
    PARITY = "victims.parity"


MEANINGS = {
    Perm.OPEN: "Open a support file for somebody, with or without a case",
    Perm.WORK: "Read and write the support files one was given",
    Perm.STAND_IN: "Take the place of an absent support officer",
    Perm.APPROVE: "Decide the plan and the closure somebody else put forward",
    Perm.ALARM: "Hear and take a call for care that works only for a time",
    Perm.ROTA: "Say who is on duty",
    Perm.PROVIDERS: "Read and keep the directory of providers",
    Perm.GAPS: "See which services are missing, as counts",
    Perm.FUNDS: "Keep the funds assistance is paid from",
    Perm.PARITY: "Compare what people were given, in groups of five and more",
}

permissions.declare(Perm, MEANINGS)
