"""What operators call the columns of a session table, the most telling names first.

The stay at the plug is wanted, not the time under charge: "Plug-in" goes before
"Start", and "Start" before "Charging start". English, German, French, Dutch, the
Scandinavian languages, Spanish and Italian are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_ONSET = r"(start|begin|began|opened|created|anfang|d[ée]but|inicio|inizio)"
_FINISH = r"(end|stop|finish|closed|eind|slut|fin\b|fine\b)"
_MOMENT = r"(date|time|fecha|hora|data|ora|heure|datum|uhrzeit)"
ARRIVAL = (
    r"^(connection (time|start)|plug(ged)? ?in\b|arriv|connected(?! time)|check in|park\w* start"
    r"|ankunft|einsteck|angesteckt|llegada|aankomst|ankomst)",
    rf"^(utc |local )?(transaction|session|sitzung|laadsessie) ?{_ONSET}",
    rf"^(utc |local )?({_MOMENT} )?(de |di |d )?{_ONSET}",
    rf"\bcharg\w* (session )?{_ONSET}|^lade(start|beginn)|^von\b|^from\b",
)
DEPARTURE = (
    r"^(disconnect|plug(ged)? ?out\b|unplug|depart|connection end|check out|park\w* end"
    r"|ausgesteckt|abfahrt|d[ée]part\b|salida|vertrek|avgang)",
    rf"^(utc |local )?(transaction|session|sitzung|laadsessie) ?{_FINISH}",
    rf"^(utc |local )?({_MOMENT} )?(de |di |d )?{_FINISH}",
    rf"\bcharg\w* (session )?{_FINISH}|^lade(ende|stopp)|^bis\b|^to\b",
)
CHARGING = r"^charg\w* (session )?(duration|time)\b|^(netto )?lade(dauer|zeit)"
DURATION = (
    r"^(total|session|plug(ged)? in|plug|parking|park|connect(ed|ion)?) ?(duration|time|length)\b"
    r"|^dwell|^stay|^(stand|park|steck|verbindungs?)(dauer|zeit)",
    r"^(duration|dauer|dur[ée]e|duraci[óo]n|durata|varig|duur)",
    CHARGING,
)
_ENERGY = (
    r"deliver|abgegeben|d[ée]livr|geladen",
    r"[ée]nerg|k ?wh|\bm?wh\b|consum|verbrauch|verbruik|forbru|f[öo]rbruk|lademenge",
)
_OTHER = (
    r"price|cost|tariff|\bfees?\b|\brate\b|per k?wh|co2|ghg|saving|capacit|battery|limit|\bmax"
    r"|remaining|preis|kosten|betrag|\bpower|leistung|target|solar|\bpv\b|forecast|meter (start"
    r"|stop|end|begin|value)|(start|stop|end|begin|initial|final) (of )?meter|z[äa]hler|\bsoc\b"
)
REQUESTED = r"request|wanted|estimat"
METER_BEGIN = (
    r"meter\w* (value )?(start|begin|initial)|(start|begin|initial)\w* meter"
    r"|z[äa]hler.*(start|anfang|beginn)"
)
METER_END = r"meter\w* (value )?(stop|end|final)|(stop|end|final)\w* meter|z[äa]hler.*(stop|ende)"
DAY = r"^(date|day|datum|tag|jour|fecha|data|dato|dag)\b"
ZONE = r"time ?zone$"
AGGREGATE = r"^(percent|share|day of the week|weekday|hour\b|month\b|week\b|arrival time|quarter)"
_DATE_OR_TIME = re.compile(
    r"(date|time|datum|uhrzeit|zeit|tag\b|fecha|hora|heure|jour|clock|dato|tijd|tid\b)"
)


def words(label: str) -> str:
    """Return a label as words in small letters: "kWhDelivered" becomes "kwh delivered"."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", label)
    plain = re.sub(r"[_\s.:/\-]+", " ", apart).strip().casefold()
    return re.sub(r"\b([km]) wh", r"\1wh", plain)


def rank(names: tuple[str, ...], label: str) -> int | None:
    """Return the place of the first pattern that fits, None where none does."""
    return next((n for n, name in enumerate(names) if re.search(name, label)), None)


def energy_rank(label: str) -> int | None:
    """Return how plainly a label names energy that was charged; 0 is plainest."""
    return None if re.search(rf"{_OTHER}|{REQUESTED}", label) else rank(_ENERGY, label)


def names_sessions(labels: Iterable[str]) -> bool:
    """Tell whether labels name an arrival, an end or a stay, and energy."""
    told = [words(label) for label in labels]

    def has(known: tuple[str, ...]) -> bool:
        return any(rank(known, label) is not None for label in told)

    ends = has(DEPARTURE) or has(DURATION)
    return has(ARRIVAL) and ends and any(energy_rank(label) is not None for label in told)


def stem(label: str) -> str:
    """Return what dates and times of one event have in common: "start" of "start date"."""
    return re.sub(r"\W+", "", _DATE_OR_TIME.sub("", label))
