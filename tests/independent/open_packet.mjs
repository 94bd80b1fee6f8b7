// Opens a sealed packet and verifies its signatures with a second implementation that is not ours, in another language:
// HPKE and X-Wing of @hpke, CBOR of cbor-x, signatures of the JavaScript engine's own WebCrypto.
//
//     node open_packet.mjs PACKET KEYS.json RECIPIENT
//
// RECIPIENT is `recipient` (P-256) or `xwing`. Starts from the packet's bytes, what src/packet/packet.cddl says, and the
// keys. Prints one line per result and ends with 0 only when everything holds.
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { Decoder, Tag } from "cbor-x";

const { subtle } = webcrypto;
const CHUNK = 65536 + 16;
const HEAD = "application/vnd.tram.packet-header.v1+cbor";
const MANIFEST = "application/vnd.tram.manifest.v1+cbor";
const decoder = new Decoder({ mapsAsObjects: false, useRecords: false });

const check = (holds, what) => {
  if (!holds) {
    console.error(`FAILED: ${what}`);
    process.exit(1);
  }
  console.log(`ok: ${what}`);
};
const unhex = (text) => Buffer.from(text, "hex");
const same = (one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)) === 0;
const sha256 = async (...parts) => new Uint8Array(await subtle.digest("SHA-256", Buffer.concat(parts)));
const kid = async (key) => (await sha256(key)).slice(0, 16);
const sequence = (bytes) => decoder.decodeMultiple(bytes);

// COSE's own structures (RFC 9052, 4.4), written by hand: a byte string's head in its shortest form.
const bytesHead = (length) => {
  if (length < 24) return Buffer.from([0x40 | length]);
  if (length < 256) return Buffer.from([0x58, length]);
  if (length < 65536) return Buffer.from([0x59, length >> 8, length & 255]);
  return Buffer.from([0x5a, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255]);
};
const bstr = (bytes) => Buffer.concat([bytesHead(bytes.length), bytes]);
const tstr = (text) => Buffer.concat([Buffer.from([text.length < 24 ? 0x60 | text.length : 0x78]),
  ...(text.length < 24 ? [] : [Buffer.from([text.length])]), Buffer.from(text)]);
const signed = (context, ...fields) =>
  Buffer.concat([Buffer.from([0x80 | (fields.length + 1)]), tstr(context), ...fields.map(bstr)]);

async function verifies(raw, message, signature) {
  const isEd25519 = raw.length === 32;
  const algorithm = isEd25519 ? { name: "Ed25519" } : { name: "ECDSA", namedCurve: "P-256" };
  const key = await subtle.importKey("raw", raw, algorithm, false, ["verify"]);
  return subtle.verify(isEd25519 ? algorithm : { name: "ECDSA", hash: "SHA-256" }, key, signature, message);
}

async function privateKey(name, keys, suite) {
  if (name === "xwing") {
    // What is kept is a mark and the seed.
    return suite.kem.importKey("raw", Uint8Array.from(unhex(keys.TEST_xwing_private).subarray(7)).buffer, false);
  }
  const point = unhex(keys.recipient);
  const part = (bytes) => Buffer.from(bytes).toString("base64url");
  const jwk = { kty: "EC", crv: "P-256", d: part(unhex(keys.TEST_recipient_private)),
    x: part(point.subarray(1, 33)), y: part(point.subarray(33)) };
  return suite.kem.importKey("jwk", jwk, false);
}

async function openPart(ciphertext, suite, key, encapsulated, packet, kind) {
  const info = Buffer.concat([Buffer.from([0x83]), tstr("tram packet v1"), bstr(packet), tstr(kind)]);
  const context = await suite.createRecipientContext({ recipientKey: key, enc: ciphertext.subarray(0, encapsulated), info });
  const plain = [];
  for (let at = encapsulated; at < ciphertext.length; at += CHUNK) {
    const chunk = ciphertext.subarray(at, at + CHUNK);
    const isLast = at + CHUNK >= ciphertext.length;
    plain.push(Buffer.from(await context.open(chunk, Buffer.from([isLast ? 1 : 0]))));
  }
  return Buffer.concat(plain);
}

const [packetPath, keysPath, recipient] = process.argv.slice(2);
const keys = JSON.parse(readFileSync(keysPath));
const packet = readFileSync(packetPath);
const [head, ...parts] = sequence(packet);
check(head instanceof Tag && head.tag === 18 && parts.length === 3, "a packet is a signed head and three parts");
const [protectedHeader, , payload, signature] = head.value;
const station = unhex(keys.station);
check(await verifies(station, signed("Signature1", protectedHeader, Buffer.alloc(0), payload), signature), "signature of the station on the head");
const headers = decoder.decode(protectedHeader);
check(headers.get(1) === -7 && headers.get(3) === HEAD && same(headers.get(4), await kid(station)), "the head's own headers");
const header = decoder.decode(payload);
check(same(header.get("recipient"), await kid(unhex(keys[recipient]))), `it is meant for this recipient: ${recipient}`);
for (const [named, ciphertext] of header.get("parts").map((part, place) => [part, parts[place]])) {
  check(named.get("size") === ciphertext.length && same(named.get("sha256"), await sha256(ciphertext)),
    `${named.get("kind")}: ${ciphertext.length} bytes of ciphertext as the head says`);
}

const suite = new CipherSuite({
  kem: recipient === "xwing" ? new XWing() : new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});
const key = await privateKey(recipient, keys, suite);
const opened = [];
for (const [place, kind] of ["manifest", "demographics", "biometrics"].entries()) {
  opened.push(await openPart(parts[place], suite, key, recipient === "xwing" ? 1120 : 65, header.get("packet"), kind));
}
const [statement, demographics, biometrics] = opened;
console.log(`ok: opened ${opened.map((part) => part.length).join(" + ")} bytes`);

const manifestStatement = decoder.decode(statement);
const [bodyProtected, , manifestPayload, signatures] = manifestStatement.value;
check(manifestStatement.tag === 98 && decoder.decode(bodyProtected).get(3) === MANIFEST, "the manifest is one");
for (const [place, who] of ["station", "officer", "supervisor"].slice(0, signatures.length).entries()) {
  const [signerProtected, , signerSignature] = signatures[place];
  const message = signed("Signature", bodyProtected, signerProtected, Buffer.alloc(0), manifestPayload);
  check(await verifies(unhex(keys[who]), message, signerSignature), `signature of the ${who} on the manifest`);
}
const manifest = decoder.decode(manifestPayload);
for (const name of ["packet", "recipient", "station"]) {
  const [inside, outside] = [manifest.get(name), header.get(name)];
  check(typeof inside === "string" ? inside === outside : same(inside, outside), `inside and outside have one ${name}`);
}
check(same(manifest.get("demographics"), await sha256(demographics)), "the demographics are the signed ones");
const [exceptions, ...samples] = sequence(biometrics);
check(same(manifest.get("exceptions"), await sha256(exceptions)), "the exceptions are the signed ones");
for (const [place, named] of manifest.get("samples").entries()) {
  const [about, bytes] = samples.slice(2 * place, 2 * place + 2);
  check(same(named.get("sha256"), await sha256(about, bytes)), `sample ${place + 1}: ${bytes.length} bytes as signed`);
}
check(samples.length === 2 * manifest.get("samples").length, "and no sample more");
const fields = decoder.decode(demographics).get("applicant").get("fields");
console.log(`packet of ${header.get("station")}: dossier ${manifest.get("dossier")}, ${fields.size} fields, keys held by ${manifest.get("equipment").get("keys")}`);
