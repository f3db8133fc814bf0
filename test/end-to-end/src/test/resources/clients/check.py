"""python3 check.py CLIENT FLAKY-SERVER DEAD-SERVER USER: what ClientsTest expects of every client."""

import json
import os
import sys

client, flaky, dead, user = sys.argv[1:]
sys.path.insert(0, os.path.dirname(client))
sys.dont_write_bytecode = True
from imasugu import Imasugu, Refused  # noqa: E402


def refusal(call):
    try:
        call()
    except Refused as refused:
        return str(refused)
    return "not refused"


imasugu = Imasugu(flaky, fallback=["bestseller"])
token = imasugu.send(user=user, item="dress", type="view")
listed = imasugu.recommend(
    "recently-viewed", user=user, min_as_of=token, wait_ms=2000, fields=["title"])
none = Imasugu(dead, fallback=["bestseller"]).recommend("home", user=user)
print(json.dumps({
    "item": listed["items"][0],
    "fresh": listed["fresh"],
    "refused": refusal(lambda: imasugu.send(user=user, item="dress", type="vieww")),
    "unknown": refusal(lambda: imasugu.recommend("hom", user=user)),
    "none": none["items"][0]["id"],
    "madeBy": none["madeBy"],
}))
