/**
 * A Markdown document whose blocks are run. `console` blocks hold commands behind `$ ` and what they print; a block behind the
 * comment `<!-- file: PATH -->` is written to that file, one behind `<!-- sql -->` is run in the database, one behind
 * `<!-- config -->` must be a sound migrator.json, one behind `<!-- picture: COMMAND -->` is the Mermaid that the command prints. All
 * others are for reading.
 */

export type Block =
  | {
      readonly kind: "console";
      readonly commands: readonly Command[];
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: "picture"; readonly command: string; readonly start: number; readonly end: number }
  | { readonly kind: "file"; readonly path: string; readonly text: string }
  | { readonly kind: "sql" | "config" | "other"; readonly text: string };

interface Command {
  readonly command: string;
  readonly output: string;
}

/** `start` and `end` are offsets of a console block's text in the document. */
export function readBlocks(markdown: string): readonly Block[] {
  const pattern = /(?:^<!-- (file|sql|config|picture)(?:: ([^\n]+?))? -->\n)?^(`{3,})(\w*)\n([\s\S]*?)^\3$/gm;
  return Array.from(markdown.matchAll(pattern), (match): Block => {
    const [whole, mark, path = "", fence = "", language, text = ""] = match;
    if (mark === "file") return { kind: "file", path, text };
    if (mark === "sql" || mark === "config") return { kind: mark, text };
    const end = match.index + whole.length - fence.length;
    if (mark === "picture") return { kind: mark, command: path, start: end - text.length, end };
    if (language !== "console") return { kind: "other", text };
    return { kind: "console", commands: readCommands(text), start: end - text.length, end };
  });
}

/** A line that ends with a backslash goes on in the next. */
function readCommands(text: string): readonly Command[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = ""] = /^(?:[^\n]*\\\n)*[^\n]*/.exec(part) ?? [];
      return { command, output: part.slice(command.length + 1).trimEnd() };
    });
}

/** The document with other texts in its console blocks and pictures, in their order. */
export function withOutputs(
  markdown: string,
  blocks: readonly Block[],
  outputs: readonly (readonly string[])[],
): string {
  const printed = blocks.filter((block) => block.kind === "console" || block.kind === "picture");
  return printed.reduceRight((text, block, index) => {
    if (block.kind === "picture")
      return `${text.slice(0, block.start)}${outputs[index]?.[0] ?? ""}\n${text.slice(block.end)}`;
    const lines = block.commands.map(({ command }, at) => {
      const output = outputs[index]?.[at] ?? "";
      return output === "" ? `$ ${command}\n` : `$ ${command}\n${output}\n`;
    });
    return text.slice(0, block.start) + lines.join("\n") + text.slice(block.end);
  }, markdown);
}
