#!/usr/bin/env python3
"""Opens a sealed packet and verifies its signatures with implementations that are not ours.

Starts from the packet's bytes, what src/packet/packet.cddl says, and the keys; COSE is `cwt`'s, HPKE `pyhpke`'s.
Prints one line per result and ends with 0 only when everything holds.

    open_packet.py PACKET KEYS.json [RECEIPT]

KEYS.json names public keys `station`, `officer`, `centre`, optionally `supervisor`, and the private key
`TEST_recipient_private`, all in hexadecimal digits.
"""

import base64
import hashlib
import io
import json
import sys

import cbor2
from cwt import COSE, COSEKey
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey

CHUNK, TAG, POINT = 65536, 16, 65
SUITE = CipherSuite.new(KEMId.DHKEM_P256_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)


def check(holds, what):
    if not holds:
        sys.exit(f"FAILED: {what}")
    print(f"ok: {what}")


def public_key(raw):
    """A COSE key from the bytes of a public key: a P-256 point, or 32 bytes of Ed25519."""
    kid = hashlib.sha256(raw).digest()[:16]
    if len(raw) == 32:
        return COSEKey.new({1: 1, 2: kid, 3: -8, -1: 6, -2: raw, 4: [2]})
    return COSEKey.new({1: 2, 2: kid, 3: -7, -1: 1, -2: raw[1:33], -3: raw[33:], 4: [2]})


def verify(statement, key, content_type, who):
    """The payload of a COSE_Sign1 or COSE_Sign once `cwt` has verified this key's signature on it."""
    protected, _, payload = COSE.new(verify_kid=False).decode_with_headers(cbor2.dumps(statement), key)
    headers = cbor2.loads(statement.value[0])
    check(headers[3] == content_type and statement.value[1] == {}, f"signature of the {who}: {content_type}")
    return payload


def only(statement, place):
    """A COSE_Sign with the one signature at `place`, so that no other can vouch for it."""
    protected, unprotected, payload, signatures = statement.value
    return cbor2.CBORTag(98, [protected, unprotected, payload, [signatures[place]]])


def open_part(ciphertext, private, packet_id, kind):
    """The plaintext of a part, chunk by chunk."""
    info = cbor2.dumps(["tram packet v1", packet_id, kind], canonical=True)
    context = SUITE.create_recipient_context(ciphertext[:POINT], private, info=info)
    body, plain = ciphertext[POINT:], b""
    while True:
        chunk, body = body[: CHUNK + TAG], body[CHUNK + TAG :]
        plain += context.open(chunk, aad=b"\x00" if body else b"\x01")
        if not body:
            return plain


def sequence(data):
    """The items of a CBOR sequence."""
    stream, items = io.BytesIO(data), []
    while stream.tell() < len(data):
        items.append(cbor2.load(stream))
    return items


def split_biometrics(part):
    """The exceptions, and the samples as pairs of what is said and the bytes."""
    exceptions, *items = sequence(part)
    return exceptions, list(zip(items[::2], items[1::2], strict=True))


def includes(receipt):
    """Whether the receipt's path leads from its packet's leaf, the last one, to its root (RFC 9162, 2.1.3.2)."""
    node = hashlib.sha256(b"\0" + receipt["packet"] + receipt["digest"]).digest()
    for left in receipt["path"]:
        node = hashlib.sha256(b"\1" + left + node).digest()
    return node == receipt["root"]


def private_key(scalar, point):
    return KEMKey.from_jwk({"kty": "EC", "crv": "P-256", **{
        name: base64.urlsafe_b64encode(value).rstrip(b"=").decode()
        for name, value in (("d", scalar), ("x", point[1:33]), ("y", point[33:]))
    }})


def main(packet_path, keys_path, receipt_path=None):
    packet = open(packet_path, "rb").read()
    keys = {name: bytes.fromhex(value) for name, value in json.load(open(keys_path)).items()
            if isinstance(value, str) and name not in ("comment", "slip")}
    signers = [(who, public_key(keys[who])) for who in ("station", "officer", "supervisor") if who in keys]

    head, *parts = sequence(packet)
    check(head.tag == 18 and len(parts) == 3, "a packet is a signed head and three parts")
    header = cbor2.loads(verify(head, signers[0][1], "application/vnd.tram.packet-header.v1+cbor", "station"))
    kinds = [part["kind"] for part in header["parts"]]
    check(kinds == ["manifest", "demographics", "biometrics"], "the head names the three parts")
    for named, ciphertext in zip(header["parts"], parts):
        check(named["size"] == len(ciphertext) and named["sha256"] == hashlib.sha256(ciphertext).digest(),
              f"{named['kind']}: {len(ciphertext)} bytes of ciphertext as the head says")

    point = keys["recipient"]
    check(header["recipient"] == hashlib.sha256(point).digest()[:16], "it is meant for this recipient")
    private = private_key(keys["TEST_recipient_private"], point)
    signed, demographics, biometrics = (
        open_part(ciphertext, private, header["packet"], kind) for ciphertext, kind in zip(parts, kinds))
    print(f"ok: opened {len(signed)} + {len(demographics)} + {len(biometrics)} bytes")

    statement = cbor2.loads(signed)
    count = len(statement.value[3])
    check(statement.tag == 98 and count in (2, 3), f"the manifest has {count} signatures")
    for place, (who, key) in zip(range(count), signers):
        payload = verify(only(statement, place), key, "application/vnd.tram.manifest.v1+cbor", who)
    manifest = cbor2.loads(payload)
    check(all(manifest[name] == header[name] for name in ("packet", "recipient", "station")),
          "inside and outside are one packet")
    check(manifest["demographics"] == hashlib.sha256(demographics).digest(), "the demographics are the signed ones")

    applicant = cbor2.loads(demographics)["applicant"]["fields"]
    exceptions, samples = split_biometrics(biometrics)
    check(manifest["exceptions"] == hashlib.sha256(exceptions).digest(), "the exceptions are the signed ones")
    check([(cbor2.loads(about)["id"], hashlib.sha256(about + data).digest()) for about, data in samples]
          == [(s["id"], s["sha256"]) for s in manifest["samples"]], f"{len(samples)} samples as signed")
    exceptions = cbor2.loads(exceptions)
    check(set(exceptions) == {"exceptions"} and not set(applicant) & set(exceptions),
          "no demographics beside the biometrics")

    if receipt_path:
        receipt = cbor2.loads(verify(cbor2.loads(open(receipt_path, "rb").read()), public_key(keys["centre"]),
                                     "application/vnd.tram.receipt+cbor", "centre"))
        check(receipt["packet"] == header["packet"] and receipt["digest"] == hashlib.sha256(packet).digest(),
              f"the receipt is this packet's, log index {receipt['log_index']}")
        check(includes(receipt), "the packet is in the log whose root the centre signed")
        check(receipt["audit"] == header["audit"], "packet and receipt anchor the same audit chain")

    kind = manifest["kind"] if isinstance(manifest["kind"], str) else next(iter(manifest["kind"]))
    marks = " ".join(name for name, on in manifest["marks"].items() if on) or "real"
    print(f"packet {header['packet'].hex()} #{header['sequence']} of {header['station']}: {kind}, "
          f"dossier {manifest['dossier']}, {len(applicant)} fields, {len(samples)} samples, {marks}")


if __name__ == "__main__":
    main(*sys.argv[1:])
