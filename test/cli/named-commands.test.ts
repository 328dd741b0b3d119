/** Every command and option that a message or fix names is one that the command line has. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Command } from "commander";
import ts from "typescript";
import { expect, test } from "vitest";
import { createProgram } from "../../src/commands/program.ts";

const root = join(import.meta.dirname, "../..");

/** Words of a command to its options; "" is the program itself. */
const commands = new Map<string, ReadonlySet<string>>();

function learn(command: Command, words: readonly string[]): void {
  const flags = command.options.map(({ long }) => long ?? "");
  commands.set(words.join(" "), new Set([...flags, "--help"]));
  for (const one of command.commands) learn(one, [...words, one.name()]);
}
const streams = { stdout: { write: () => true }, stderr: { write: () => true }, env: {} };
learn(createProgram({ folder: root, env: {}, process: streams }).commands(), []);

interface Text {
  readonly at: string;
  readonly text: string;
}

/** The string literals of a source file; what a template puts in stands as X. */
function texts(path: string): readonly Text[] {
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const found: Text[] = [];
  const visit = (node: ts.Node): void => {
    const text = ts.isStringLiteralLike(node)
      ? node.text
      : ts.isTemplateExpression(node)
        ? node.head.text + node.templateSpans.map((span) => `X${span.literal.text}`).join("")
        : null;
    if (text !== null) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      found.push({ at: `${relative(root, path)}:${line + 1}`, text });
    }
    if (!ts.isImportDeclaration(node)) ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function allTexts(): readonly Text[] {
  return ["src", "graph"]
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .flatMap((entry) => texts(join(entry.parentPath, entry.name)));
}

/** Options of other programs than this one. */
const foreign = /^--(single|liftoff-only|no-liftoff-only|stack|short|ignored)/;
/** Names of formats of remembered files, that begin with the program's. */
const formats = /^migrator (?:working tree|built migrations|settled migrations|settled components) \d+$/;

/** What a text names that there is not. */
function unknownIn(text: string): readonly string[] {
  if (formats.test(text)) return [];
  return text.split(/[;,:.)]\s|\n/).flatMap((clause) => {
    const named = [...clause.matchAll(/(?<!\b(?:the|version of) )\bmigrator ([a-z]+)(?: ([a-z]+))?/g)];
    const paths = named.map(([, first = "", second = ""]) =>
      commands.has(`${first} ${second}`) ? `${first} ${second}` : first,
    );
    // A group is no command of its own.
    const groups = new Set([...commands.keys()].flatMap((name) => name.split(" ").slice(0, -1)));
    const missing = paths.filter((path) => !commands.has(path) || groups.has(path));
    const options = [...clause.matchAll(/(?<![\w-])--[a-z]+(?:-[a-z]+)*/g)].filter(
      ([option]) => !foreign.test(option),
    );
    const lacking = options.flatMap(({ 0: option, index }) => {
      const before = /((?:[a-z]+ )?[a-z]+) $/.exec(clause.slice(0, index))?.[1] ?? "";
      const direct = [before, before.split(" ").at(-1) ?? ""].find(
        (words) => words !== "" && commands.has(words),
      );
      const path = direct ?? paths.at(-1);
      const known =
        path === undefined
          ? [...commands.values()].some((of) => of.has(option))
          : commands.get(path)?.has(option);
      return known === true ? [] : [`${path ?? "any"} ${option}`];
    });
    return [...missing, ...lacking];
  });
}

test("the command line is known", () => {
  expect(commands.get("migration pin")).toContain("--all");
  expect(commands.get("sync")).toContain("--allow");
  expect(commands.size).toBeGreaterThan(30);
});

test("what there is not is found", () => {
  expect(unknownIn("run migrator migration forget; or add --nothing")).toEqual([
    "migration",
    "any --nothing",
  ]);
  expect(unknownIn("run migrator migration pin X --yes, or sync --to X")).toEqual([
    "migration pin --yes",
    "sync --to",
  ]);
  expect(unknownIn("use the migrator that wrote it, or migrator sync --take files")).toEqual([]);
});

test("messages and fixes name commands and options that there are", () => {
  const all = allTexts();
  expect(all.filter(({ text }) => text.includes("migrator migration pin")).length).toBeGreaterThan(4);
  const wrong = all.flatMap(({ at, text }) => unknownIn(text).map((what) => `${at}: ${what}`));
  expect(wrong).toEqual([]);
});
