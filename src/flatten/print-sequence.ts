/** A sequence's options, without those that it has anyway. */
import { quoteName } from "../../graph/quote.ts";
import type { ExportedSequence } from "./read-tables.ts";

const largest: Readonly<Record<string, string>> = {
  smallint: "32767",
  integer: "2147483647",
  bigint: "9223372036854775807",
};

const smallest: Readonly<Record<string, string>> = {
  smallint: "-32768",
  integer: "-2147483648",
  bigint: "-9223372036854775808",
};

/** `type` is the one that it counts in. https://www.postgresql.org/docs/18/sql-createsequence.html */
export function printSequence(sequence: ExportedSequence, type: string): readonly string[] {
  const { increment, min, max, start, cache, cycle } = sequence;
  const down = increment.startsWith("-");
  const usualMin = down ? smallest[type] : "1";
  const usualMax = down ? "-1" : largest[type];
  return [
    ...(sequence.type === "" || sequence.type === "bigint" ? [] : [`AS ${sequence.type}`]),
    ...(increment === "1" ? [] : [`INCREMENT BY ${increment}`]),
    ...(min === usualMin ? [] : [`MINVALUE ${min}`]),
    ...(max === usualMax ? [] : [`MAXVALUE ${max}`]),
    ...(start === (down ? max : min) ? [] : [`START WITH ${start}`]),
    ...(cache === "1" ? [] : [`CACHE ${cache}`]),
    ...(cycle ? ["CYCLE"] : []),
  ];
}

export function createSequence(sequence: ExportedSequence): string {
  const { schema, name, type, unlogged } = sequence;
  const options = printSequence(sequence, type).map((one) => ` ${one}`);
  return `CREATE ${unlogged ? "UNLOGGED " : ""}SEQUENCE ${quoteName(schema, name)}${options.join("")}`;
}
