"""Reads what wrk prints."""

import re


class LoadFailed(Exception):
    """What wrk reported is no measurement; the message says why."""


def read_report(text):
    """The number of requests and, by wrk's own clock, of requests a second; LoadFailed when any of them failed."""
    for failure in ("Socket errors", "Non-2xx"):
        line = re.search(rf"^\s*({failure}.*)$", text, re.MULTILINE)
        if line:
            raise LoadFailed(line.group(1))
    requests = re.search(r"^\s*(\d+) requests in ", text, re.MULTILINE)
    rate = re.search(r"^Requests/sec:\s*([\d.]+)$", text, re.MULTILINE)
    if not requests or not rate:
        raise LoadFailed("wrk printed no result")
    if int(requests.group(1)) == 0:
        raise LoadFailed("wrk had no answer")
    return int(requests.group(1)), float(rate.group(1))
