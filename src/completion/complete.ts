/** What could stand at the end of a command line: commands, options, and the values that options and arguments can have. */
import type { Command, Option } from "commander";

export interface Candidate {
  readonly word: string;
  /** Empty where the word says it all. */
  readonly about: string;
}

/** Names that only the project's files know. */
export type Known = (
  what: "targets" | "matrices" | "modules" | "migrations" | "components" | "objects" | "schemas",
) => Promise<readonly string[]>;

type Source = Parameters<Known>[0] | readonly string[];

/** By long flag; where none is given, the shell completes names of files. */
const optionValues: Readonly<Record<string, Source>> = {
  "--target": "targets",
  "--take": ["files", "database"],
  "--refresh": ["affected", "none", "all"],
  "--allow": ["rebuild-index", "revalidate", "rewrite", "repopulate"],
  "--format": ["text", "json", "dot", "mermaid", "svg", "html"],
  "--pinned": ["true", "false"],
  "--scope": "matrices",
  "--matrix": "matrices",
  "--module": "modules",
  "--to": "migrations",
  "--component": "components",
  "--shadow": ["embedded", "server"],
  "--report": ["github"],
};

/** By the name of the argument. */
const argumentValues: Readonly<Record<string, Source>> = {
  paths: "components",
  object: "objects",
  migration: "migrations",
  migrations: "migrations",
  other: "migrations",
  schema: "schemas",
  shell: ["bash", "zsh", "fish"],
};

/** `words`: what stands behind the program's name; the last one is being written, and may be empty. */
export async function complete(
  program: Command,
  words: readonly string[],
  known: Known,
): Promise<readonly Candidate[]> {
  // bash takes --target=dev for three words.
  const last = words.at(-1) ?? "";
  const current = last === "=" ? "" : last;
  const given = words.slice(0, -1).filter((word) => word !== "=");
  const { command, waiting, places } = walk(program, given);
  if (waiting !== null) return values(optionValues[waiting.long ?? ""], current, known);
  const [flag, part] = /^(--[^=]+)=(.*)$/s.exec(current)?.slice(1) ?? [];
  if (flag !== undefined) {
    const found = await values(optionValues[flag], part ?? "", known);
    return found.map(({ word, about }) => ({ word: `${flag}=${word}`, about }));
  }
  if (current.startsWith("-")) return optionsOf(command, given, current);
  const commands = command.commands
    .filter((one) => one.name().startsWith(current) && one.name() !== "help")
    .map((one) => ({ word: one.name(), about: one.description() }));
  if (commands.length > 0) return commands;
  const declared = command.registeredArguments;
  const argument = declared[Math.min(places, declared.length - 1)];
  if (argument === undefined || (places >= declared.length && !argument.variadic)) return [];
  return values(argumentValues[argument.name()], current, known);
}

/** The command that is meant so far, the option that waits for its value, and how many arguments stand there. */
function walk(program: Command, given: readonly string[]) {
  let command = program;
  let waiting: Option | null = null;
  let places = 0;
  for (const word of given) {
    if (waiting !== null) {
      waiting = null;
      continue;
    }
    if (word.startsWith("-")) {
      const option = command.options.find(({ long, short }) => long === word || short === word);
      waiting = option !== undefined && (option.required || option.optional) ? option : null;
      continue;
    }
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined || places > 0) places++;
    else command = next;
  }
  return { command, waiting, places };
}

/** Without those that stand there already and cannot be repeated. */
function optionsOf(command: Command, given: readonly string[], current: string): readonly Candidate[] {
  const own = command.options
    .filter(
      ({ long, hidden, parseArg }) => !hidden && (parseArg !== undefined || !given.includes(long ?? "")),
    )
    .map(({ long, description }) => ({ word: long ?? "", about: description }));
  return [...own, { word: "--help", about: "the manual page" }].filter(({ word }) =>
    word.startsWith(current),
  );
}

async function values(
  source: Source | undefined,
  current: string,
  known: Known,
): Promise<readonly Candidate[]> {
  if (source === undefined) return [];
  const all = typeof source === "string" ? await known(source) : source;
  const words = source === "objects" && current !== "" ? [...all, ...withoutSchemas(all)] : all;
  return words.filter((word) => word.startsWith(current)).map((word) => ({ word, about: "" }));
}

/** Names that stand in one schema alone. */
function withoutSchemas(objects: readonly string[]): readonly string[] {
  const names = objects.map((object) => object.slice(object.indexOf(".") + 1));
  return names.filter((name, at) => names.indexOf(name) === at && names.lastIndexOf(name) === at);
}
