#!/usr/bin/env python3
"""Verifies a statement of what was done at a station with `cwt`, and holds it against packet.cddl with `pycddl`.

    check_deed.py DEED PACKET.cddl STATION OFFICER SUPERVISOR

The keys are public keys in hexadecimal digits.
"""

import sys

import cbor2
from pycddl import Schema

from open_packet import check, only, public_key, verify


def main(deed_path, cddl_path, *keys):
    statement = cbor2.loads(open(deed_path, "rb").read())
    check(statement.tag == 98 and len(statement.value[3]) == 3, "three signatures")
    for place, (who, key) in enumerate(zip(("station", "officer", "supervisor"), keys)):
        signed = only(statement, place)
        payload = verify(signed, public_key(bytes.fromhex(key)), "application/vnd.tram.deed+cbor", who)
    Schema(f"start = deed\n{open(cddl_path).read()}").validate_cbor(payload)
    print(f"ok: {payload!r} is a deed")


if __name__ == "__main__":
    main(*sys.argv[1:])
