/**
 * The marks of a generated block: comments that say which statements bring components along. A live target leaves those
 * to the engine and runs the others; a migrated target runs all of them.
 */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { BuiltScript } from "./built-script.ts";

/** `components`: generated, and the engine's on a live target. `script`: written by a person, or for a table change. */
export type BlockPart = "script" | "components";

export const marks = {
  /** Begins a block. */
  block: "-- migrator: components",
  /** Begins, inside of a block, what a live target runs too. */
  statement: "-- migrator: statement",
  endStatement: "-- migrator: end statement",
  endBlock: "-- migrator: end components",
} as const;

const mark = /^[ \t]*-- migrator: (components|statement|end statement|end components)\b.*$/gm;

export interface BlockPlace {
  readonly part: BlockPart;
  /** It stands in a block, if only as a change of a table. */
  readonly inside: boolean;
}

/** What the statement that begins at an offset belongs to. Throws a MigratorError for marks that do not go in pairs. */
export function blockParts(
  { text, locate }: Pick<BuiltScript, "text" | "locate">,
  statements: readonly { readonly start: number; readonly end: number }[],
): (start: number) => BlockPlace {
  const changes: (BlockPlace & { readonly offset: number })[] = [];
  let inside: "nothing" | "block" | "statement" = "nothing";
  const wrong = (offset: number): never => {
    throw new MigratorError([
      {
        code: "migration",
        message: "the marks of a generated block do not go in pairs",
        ...locate(offset),
        fix: "bring the block back as it was written, or write it anew with migrator migration refresh",
      },
    ]);
  };
  for (const match of text.matchAll(mark)) {
    const offset = match.index;
    // A text that a statement holds is no mark.
    if (statements.some(({ start, end }) => start <= offset && offset < end)) continue;
    switch (match[1]) {
      case "components":
        if (inside !== "nothing") wrong(offset);
        inside = "block";
        break;
      case "statement":
        if (inside !== "block") wrong(offset);
        inside = "statement";
        break;
      case "end statement":
        if (inside !== "statement") wrong(offset);
        inside = "block";
        break;
      default:
        if (inside !== "block") wrong(offset);
        inside = "nothing";
    }
    changes.push({
      offset,
      part: inside === "block" ? "components" : "script",
      inside: inside !== "nothing",
    });
  }
  if (inside !== "nothing") wrong(text.length);
  const outside: BlockPlace = { part: "script", inside: false };
  return (start) => changes.findLast(({ offset }) => offset < start) ?? outside;
}
