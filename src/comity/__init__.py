"""Comity runs an information-sharing agreement between public bodies.

It decides, explains and records every disclosure. What an organisation told one body in
confidence leaves that body, through this software, only with the organisation's consent.

Start reading at `comity.core.gate`: the one door.
"""

__version__ = "0.1.0"
