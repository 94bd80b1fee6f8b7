#!/usr/bin/env python3
"""Holds the parts of a packet and a receipt against src/packet/packet.cddl, with `pycddl`.

    check_cddl.py PACKET KEYS.json RECEIPT PACKET.cddl

The COSE wrappers are left to open_packet.py: pycddl takes a `.cbor` inside an array for that of every item.
"""

import json
import sys

import cbor2
from pycddl import Schema

from open_packet import open_part, private_key, sequence, split_biometrics


def main(packet_path, keys_path, receipt_path, cddl_path):
    cddl = open(cddl_path).read()
    keys = json.load(open(keys_path))
    head, *parts = sequence(open(packet_path, "rb").read())
    header = cbor2.loads(head.value[2])
    private = private_key(bytes.fromhex(keys["TEST_recipient_private"]), bytes.fromhex(keys["recipient"]))
    manifest, demographics, biometrics = (
        open_part(ciphertext, private, header["packet"], part["kind"])
        for ciphertext, part in zip(parts, header["parts"]))
    exceptions, samples = split_biometrics(biometrics)
    held = [("header", head.value[2]), ("manifest", cbor2.loads(manifest).value[2]),
            ("demographics-part", demographics), ("exceptions", exceptions),
            *(("about", about) for about, _ in samples),
            ("receipt", cbor2.loads(open(receipt_path, "rb").read()).value[2])]
    for rule, data in held:
        Schema(f"start = {rule}\n{cddl}").validate_cbor(data)
        print(f"ok: {len(data)} bytes are a {rule}")


if __name__ == "__main__":
    main(*sys.argv[1:])
