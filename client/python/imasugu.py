"""A client of Imasugu's API in one file, for Python 3.9 and later, without dependencies; copy it.

A read always has a list: when the server does not answer in time, the fallback. An event is sent
again, with the same id, for as long as that may help.
"""

import http.client
import json
import random
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid


#: What may pass: no answer, half an answer, a server that fails or is busy.
_FAILURES = (OSError, http.client.HTTPException)


class Refused(Exception):
    """The server says what is wrong with what it was sent; trying again does not help."""


class Imasugu:
    """Safe for many threads.

    timeout: patience for one answer, in seconds; tries: how often an event is tried; fallback: items
    to show when the server does not answer.
    """

    def __init__(self, server, key=None, timeout=2.0, tries=4, fallback=()):
        self.server = server.rstrip("/")
        self.key = key
        self.timeout = timeout
        self.tries = tries
        self.fallback = list(fallback)

    def send(self, **event):
        """Sends an event; returns the token to wait for. Raises Refused, or the last failure.

        send(user="mia", item="dress-17", type="view")
        """
        event = {"eventId": str(uuid.uuid4()), "occurredAt": int(time.time() * 1000), **event}
        body = json.dumps(event).encode()
        pause = 0.1
        for attempt in range(self.tries):
            try:
                result = self._exchange("/v1/events", self.timeout, body)["results"][0]
                if "asOf" not in result:
                    raise Refused("{field}: {value} (expected: {expected})".format(**result))
                return result["asOf"]
            except _FAILURES as failure:
                if attempt == self.tries - 1:
                    raise
                if isinstance(failure, urllib.error.HTTPError):
                    pause = max(pause, float(failure.headers.get("retry-after") or 0))
            time.sleep(pause * (1 + random.random()))
            pause *= 3

    def recommend(self, placement, user=None, anonymous=None, limit=None, exclude=(), fields=(),
                  min_as_of=None, wait_ms=None):
        """Reads a list; the fallback when the server does not answer. Raises Refused.

        min_as_of, a token of send: wait for a list that has seen the event, at most wait_ms.
        """
        parameters = {"user": user, "anonymous": anonymous, "limit": limit, "minAsOf": min_as_of,
                      "waitMs": wait_ms, "exclude": ",".join(exclude) or None,
                      "fields": ",".join(fields) or None}
        path = "/v1/placements/{}/recommendations?{}".format(
            urllib.parse.quote(placement, safe=""),
            urllib.parse.urlencode({k: v for k, v in parameters.items() if v is not None}))
        try:
            return self._exchange(path, self.timeout + (100 if wait_ms is None else wait_ms) / 1000)
        except _FAILURES:
            items = [{"id": item, "score": 0, "source": "client"} for item in self.fallback]
            return {"placement": placement, "recommendationId": "", "responseId": "", "items": items,
                    "madeBy": "fallback:client", "fresh": False}

    def _exchange(self, path, timeout, body=None):
        headers = {"content-type": "application/json"}
        if self.key:
            headers["x-api-key"] = self.key
        request = urllib.request.Request(self.server + path, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as failure:
            if failure.code < 500 and failure.code != 429:
                raise Refused(_detail(failure)) from None
            raise


def _detail(failure):
    try:
        return json.load(failure)["detail"]
    except (ValueError, KeyError):
        return "status {}".format(failure.code)
