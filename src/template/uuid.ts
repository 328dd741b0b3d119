/** UUIDs of RFC 9562: random (4), by name (5), and by time (7). */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { GeneratedKind } from "./services.ts";

/** The namespaces that the RFC names. */
const namespaces: Readonly<Record<string, string>> = {
  dns: "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
  url: "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
  oid: "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
  x500: "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
};

/** A new UUID, another one each time. */
export function generateUuid(kind: GeneratedKind): string {
  if (kind === "uuid_v4") return randomUUID();
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  return uuidText(bytes, 7);
}

/** One that follows from another and a name: of the same version, the time of a version 7 kept. */
export function uuidOf(uuid: string, name: string): string {
  const given = Buffer.from(uuid.replaceAll("-", ""), "hex");
  const bytes = createHash("sha256").update(given).update(name).digest().subarray(0, 16);
  const version = (given[6] ?? 0) >> 4;
  if (version === 7) given.copy(bytes, 0, 0, 6);
  return uuidText(bytes, version);
}

/** The same for the same namespace (a UUID, or dns, url, oid, x500) and name; undefined where the namespace is neither. */
export function uuidV5(namespace: string, name: string): string | undefined {
  const space = Object.hasOwn(namespaces, namespace) ? namespaces[namespace] : namespace;
  if (space === undefined || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(space)) return undefined;
  const hash = createHash("sha1")
    .update(Buffer.from(space.replaceAll("-", ""), "hex"))
    .update(name)
    .digest();
  return uuidText(hash.subarray(0, 16), 5);
}

/** With the version and the variant set. */
function uuidText(bytes: Buffer, version: number): string {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | (version << 4), 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
