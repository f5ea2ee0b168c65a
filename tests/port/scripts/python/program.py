#!/usr/bin/env python3
"""Reports the boats that the harbour master asked for."""

import os
import sys

import chilkat2

BASE_URL = os.environ["BOATS_URL"]
IDS = [3, 5, 8]


class HarbourError(Exception):
    pass


def describe(name: str, length: int) -> str:
    """What a boat is called depends on its length."""
    kind = "ship" if length >= 10 else "boat"
    return f"{name} ({kind}, {length} m)"


def fetch_boat(http, boat_id):
    json = chilkat2.JsonObject()
    resp = http.QuickRequest("GET", f"{BASE_URL}/v1/boats/{boat_id}")
    if not http.LastMethodSuccess:
        raise HarbourError(f"no response for boat {boat_id}")
    if resp.StatusCode != 200:
        print("boat %d: status %d" % (boat_id, resp.StatusCode))
        return None
    json.Load(resp.BodyStr)
    return json


def report(http, names):
    json = chilkat2.JsonObject()
    json.UpdateInt("count", len(names))
    json.UpdateString("names", ", ".join(names))
    http.PostJson2(f"{BASE_URL}/v1/report", "application/json", json.Emit())
    if not http.LastMethodSuccess:
        raise HarbourError("the report was not sent")


def main():
    http = chilkat2.Http()
    names = []
    try:
        for boat_id in IDS:
            boat = fetch_boat(http, boat_id)
            if boat is None:
                continue
            name = boat.StringOf("name")
            print(describe(name, boat.IntOf("length")))
            names.append(name)

        if not names:
            print("no boats")
            sys.exit(1)

        report(http, names)
        print("Reported {} boats".format(len(names)))
    except HarbourError as e:
        print(f"Failed: {e}")
        sys.exit(1)


if __name__ == "__main__":
    main()
