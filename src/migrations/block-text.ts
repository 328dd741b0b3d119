/** A generated block in the text of a script's template. */
import { MigratorError } from "../../graph/diagnostic.ts";

export interface BlockText {
  /** What stands before, and behind. */
  readonly before: string;
  readonly after: string;
  /** Files and folders that the block is about; null: everything that changed. */
  readonly components: readonly string[] | null;
}

const block =
  /^[ \t]*-- migrator: components\b([^\n]*)\n[\s\S]*?^[ \t]*-- migrator: end components[^\n]*(?:\n|$)/m;

/** Null where there is none. `file` is the path in messages. Throws a MigratorError for a first line that cannot be read. */
export function findBlock(text: string, file: string): BlockText | null {
  const match = block.exec(text);
  if (match === null) return null;
  const written = (match[1] ?? "").trim();
  return {
    before: text.slice(0, match.index),
    after: text.slice(match.index + match[0].length),
    components: written === "" ? null : readComponents(written, file),
  };
}

function readComponents(written: string, file: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(written);
    if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new MigratorError([
    {
      code: "migration",
      message: "the first line of the generated block cannot be read",
      file,
      fix: 'write "-- migrator: components", or the components as a list: ["views/a.sql"]',
    },
  ]);
}
