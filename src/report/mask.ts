/** Hides the values of secrets in everything that is printed. */
import { shortestSecret } from "../config/secret-source.ts";

export interface Mask {
  /** From now on these values are hidden. */
  hide(values: Iterable<string>): void;
  /** The text with `***` in the place of each hidden value, also where it is spelled for SQL, JSON or a URL. */
  apply(text: string): string;
}

/** PostgreSQL cuts values in details behind so many bytes (maxfieldlen of ExecConstraints), and names one before (NAMEDATALEN). */
const cuts = [64, 63];

export function createMask(): Mask {
  const spellings = new Set<string>();
  let pattern: RegExp | null = null;
  return {
    hide(values) {
      for (const value of values) {
        // A line of a longer value, such as a key, may stand alone, and cut.
        const parts = new Set([value, ...value.split(/\r?\n/)]);
        for (const part of [...parts].flatMap((whole) => [whole, ...cut(whole)]))
          for (const spelling of spelled(part)) spellings.add(spelling);
      }
      // The longest first: one value may be a part of another.
      const sorted = [...spellings].sort((a, b) => b.length - a.length);
      pattern = sorted.length === 0 ? null : new RegExp(sorted.map(escaped).join("|"), "g");
    },
    apply: (text) => (pattern === null ? text : text.replace(pattern, "***")),
  };
}

/** Where a process prints, as far as the tool needs it. */
export interface Streams {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly env: NodeJS.ProcessEnv;
}

interface Stream {
  readonly isTTY?: boolean | undefined;
  /** Of a terminal. */
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Streams whose every text passes through the mask. */
export function maskedStreams({ stdout, stderr, env }: Streams, mask: Mask): Streams {
  const masked = (stream: Stream): Stream => ({
    isTTY: stream.isTTY,
    // A terminal may be made wider meanwhile.
    get columns() {
      return stream.columns;
    },
    write: (text) => stream.write(mask.apply(text)),
  });
  return { stdout: masked(stdout), stderr: masked(stderr), env };
}

/** The beginnings of a long value that PostgreSQL prints: whole characters within so many bytes. */
function cut(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  return cuts
    .filter((most) => bytes.length > most)
    .map((most) => {
      let end = most;
      while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
      return bytes.toString("utf8", 0, end);
    });
}

/** The value as it is, and as SQL, JSON and URLs spell it; each may be spelled once more as JSON. */
function spelled(value: string): readonly string[] {
  if (value.length < shortestSecret) return [];
  const quotes = value.replaceAll("'", "''");
  const plain = [
    value,
    quotes,
    quotes.replaceAll("\\", "\\\\"),
    value.replaceAll('"', '""'),
    JSON.stringify(value).slice(1, -1),
    ...urlSpellings(value),
  ];
  return [...new Set(plain.flatMap((spelling) => [spelling, JSON.stringify(spelling).slice(1, -1)]))];
}

function urlSpellings(value: string): readonly string[] {
  // Half a surrogate pair would not be taken.
  const sound = Buffer.from(value).toString();
  const encoded = encodeURIComponent(sound);
  const strict = encoded.replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return [encoded, strict, strict.replaceAll("%20", "+"), encodeURI(sound)];
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
