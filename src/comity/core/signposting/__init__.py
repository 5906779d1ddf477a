"""Signposting: whom an organisation must tell of an incident, or may want to, and by when.

Rules are data: who has to be told, on what condition, by when, and where that is written. A
condition speaks about facts of the incident that the organisation states, and a fact may not be
known yet: what is so whatever the rest turns out to be is a duty; what is not excluded is to be
checked. The outcome is guidance for the organisation; no body sees it.
"""

from comity.core.signposting.assess import Answer, Deadline, Signpost, signposts
from comity.core.signposting.clock import Calendar, Clock, due
from comity.core.signposting.hours import Opening, next_answered
from comity.core.signposting.incident import read_incident
from comity.core.signposting.question import next_question
from comity.core.signposting.rule import (
    Body,
    Grade,
    ReportingRule,
    ReportingRules,
    Sort,
    read_rules,
)

__all__ = [
    "Answer",
    "Body",
    "Calendar",
    "Clock",
    "Deadline",
    "Grade",
    "Opening",
    "ReportingRule",
    "ReportingRules",
    "Signpost",
    "Sort",
    "due",
    "next_answered",
    "next_question",
    "read_incident",
    "read_rules",
    "signposts",
]
