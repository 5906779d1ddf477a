"""Identification: what an organisation shows of who it is: numbers in public registers, domains.

It says which organisation it may be, and never who may speak for it: that is entitlement. Which
registers there are, and how their numbers are written, is dated data.
"""

from comity.core.identification.domains import (
    DomainName,
    Domains,
    LookUp,
    read_domain,
    read_suffixes,
    record_name,
    record_text,
)
from comity.core.identification.registers import (
    Register,
    RegisterId,
    RegisterNumber,
    Registers,
    Registration,
    read_registers,
)

__all__ = [
    "DomainName",
    "Domains",
    "LookUp",
    "Register",
    "RegisterId",
    "RegisterNumber",
    "Registers",
    "Registration",
    "read_domain",
    "read_registers",
    "read_suffixes",
    "record_name",
    "record_text",
]
