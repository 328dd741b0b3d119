/**
 * Tar files (ustar) of data folders, from which parts are read: on the disk, or in memory. `withoutZeros` leaves out what a file ends with
 * in zeros, which is nearly all of a segment of the log: its entry then says in the field of a link's target how long the file is.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

export interface Tar {
  readonly size: number;
  /** Bytes that belong to the caller. Throws where the file ends before them. */
  read(from: number, length: number): Uint8Array;
  /** A second call does nothing. */
  close(): void;
}

/** Parts of the very bytes: they belong to it from now on. */
export function tarInMemory(bytes: Uint8Array): Tar {
  return {
    size: bytes.length,
    read: (from, length) => bytes.subarray(from, from + length),
    close: () => {},
  };
}

/** Held open until it is closed: it may be removed meanwhile, and is never changed in place. */
export function tarOnDisk(path: string): Tar {
  const file = openSync(path, "r");
  let open = true;
  return {
    size: fstatSync(file).size,
    read: (from, length) => {
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const read = readSync(file, bytes, done, length - done, from + done);
        if (read === 0) throw new Error(`${path} ends before its end`);
        done += read;
      }
      return bytes;
    },
    close: () => {
      if (open) closeSync(file);
      open = false;
    },
  };
}

export interface TarEntry {
  /** Relative to the data folder. */
  readonly path: string;
  readonly isFolder: boolean;
  /** Of the file. */
  readonly size: number;
  /** Where its contents begin, and how much of them is there; zeros follow. */
  readonly begin: number;
  readonly stored: number;
}

const block = 512;
const pathField = { from: 0, length: 100 };
const sizeField = { from: 124, length: 12 };
const sumField = { from: 148, length: 8 };
const typeField = { from: 156, length: 1 };
const targetField = { from: 157, length: 100 };
const folderType = "5";

type Field = typeof pathField;

/** What PGlite's dumpDataDir writes: folders before what is in them, no links, and no path too long for its field. */
export function* entriesOf(tar: Tar): Generator<TarEntry> {
  for (let at = 0; ; ) {
    if (at + block > tar.size) throw damaged();
    const header = tar.read(at, block);
    if (header[0] === 0) return;
    const stored = Number.parseInt(textOf(header, sizeField), 8);
    const begin = at + block;
    at = begin + roundUp(stored);
    if (!Number.isInteger(stored) || begin + stored > tar.size) throw damaged();
    const whole = textOf(header, targetField);
    yield {
      path: textOf(header, pathField).replace(/^\/|\/$/g, ""),
      isFolder: textOf(header, typeField) === folderType,
      size: whole === "" ? stored : Number.parseInt(whole, 8),
      begin,
      stored,
    };
  }
}

function damaged(): Error {
  return new Error("the tar file of the embedded database is damaged");
}

export function contentsOf(tar: Tar, { begin, stored, size }: TarEntry): Uint8Array {
  const there = tar.read(begin, stored);
  if (stored === size) return there;
  const contents = new Uint8Array(size);
  contents.set(there);
  return contents;
}

/** The same files, as `entriesOf` reads them. */
export function withoutZeros(bytes: Uint8Array): readonly Uint8Array[] {
  const tar = tarInMemory(bytes);
  const parts = [...entriesOf(tar)].flatMap(({ begin, size, stored }) => {
    const header = bytes.slice(begin - block, begin);
    const there = lengthWithoutZeros(bytes.subarray(begin, begin + stored));
    if (there < stored) {
      write(header, sizeField, octal(there, sizeField.length - 1));
      write(header, targetField, octal(size, sizeField.length - 1));
      write(header, sumField, " ".repeat(sumField.length));
      const sum = header.reduce((total, byte) => total + byte, 0);
      write(header, sumField, `${octal(sum, 6)}\0 `);
    }
    return [header, bytes.subarray(begin, begin + roundUp(there))];
  });
  return [...parts, new Uint8Array(2 * block)];
}

/** In whole blocks. */
function lengthWithoutZeros(contents: Uint8Array): number {
  let end = contents.length;
  while (end > 0 && contents[end - 1] === 0) end--;
  return Math.min(contents.length, roundUp(end));
}

function roundUp(length: number): number {
  return Math.ceil(length / block) * block;
}

function textOf(header: Uint8Array, { from, length }: Field): string {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return Buffer.from(end === -1 ? field : field.subarray(0, end)).toString();
}

function write(header: Uint8Array, { from, length }: Field, text: string): void {
  header.fill(0, from, from + length).set(Buffer.from(text), from);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}
