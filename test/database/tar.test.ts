import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  contentsOf,
  entriesOf,
  type Tar,
  tarInMemory,
  tarOnDisk,
  withoutZeros,
} from "../../src/database/tar.ts";
import { temporaryFolder } from "../config/folder.ts";

/** What dumpDataDir writes, as far as it is read. */
function entry(path: string, contents: Uint8Array | null): Buffer {
  const header = Buffer.alloc(512);
  header.write(path, 0);
  header.write((contents?.length ?? 0).toString(8).padStart(11, "0"), 124);
  header.write(contents === null ? "5" : "0", 156);
  const padding = Buffer.alloc((512 - ((contents?.length ?? 0) % 512)) % 512);
  return Buffer.concat([header, contents ?? Buffer.alloc(0), padding]);
}

const files: ReadonlyMap<string, Uint8Array> = new Map([
  ["base/full", Buffer.alloc(1500, "x")],
  ["base/empty", Buffer.alloc(0)],
  ["base/zeros", Buffer.alloc(5000)],
  [
    "wal",
    Buffer.concat([Buffer.from("log"), Buffer.alloc(100_000), Buffer.from("end"), Buffer.alloc(200_000)]),
  ],
  ["odd", Buffer.concat([Buffer.alloc(700, "y"), Buffer.alloc(1)])],
]);

const whole = Buffer.concat([
  entry("/base", null),
  ...[...files].map(([path, contents]) => entry(`/${path}`, contents)),
  Buffer.alloc(1024),
]);

function read(tar: Tar): unknown {
  return new Map(
    [...entriesOf(tar)].map((one) => [one.path, one.isFolder ? null : textOf(contentsOf(tar, one))]),
  );
}

function textOf(contents: Uint8Array): string {
  return Buffer.from(contents).toString("latin1");
}

const expected = new Map<string, unknown>([
  ["base", null],
  ...[...files].map(([path, contents]) => [path, textOf(contents)] as const),
]);

test("what a file ends with in zeros is left out, and there when it is read, from a disk as from memory", () => {
  expect(read(tarInMemory(whole))).toEqual(expected);
  const packed = Buffer.concat(withoutZeros(whole));
  expect(packed.length).toBeLessThan(whole.length - 200_000);
  expect(read(tarInMemory(packed))).toEqual(expected);
  const path = join(temporaryFolder({}), "packed.tar");
  writeFileSync(path, packed);
  const tar = tarOnDisk(path);
  expect(read(tar)).toEqual(expected);
  tar.close();
  tar.close();
  expect(() => read(tar)).toThrow("EBADF");
});

test("a file that was cut is damaged, wherever it was", () => {
  const packed = Buffer.concat(withoutZeros(whole));
  for (const length of [700, 1400, packed.length - 2048])
    expect(() => read(tarInMemory(packed.subarray(0, length)))).toThrow("damaged");
});
