/** The values of secrets, taken from where their declarations say. Nothing here prints or keeps one. */
import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { fileProblem } from "./read-text.ts";
import { runCommand } from "./run-command.ts";
import { declaresSecret, type SecretSource, secretSource, shortestSecret } from "./secret-source.ts";
import type { Environment } from "./target.ts";

export interface SecretPlace {
  /** The project's root: files are relative to it, and commands run in it. */
  readonly root: string;
  readonly env: Environment;
}

/** Bytes that a file or a command may give. */
const greatest = 1 << 20;

/**
 * The values by name. One line end at the end of a file's or a command's text is left out. Throws a MigratorError that
 * names every secret whose value cannot be had, and never a value.
 */
export async function resolveSecrets(
  secrets: ReadonlyMap<string, SecretSource>,
  place: SecretPlace,
): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  const mistakes: Diagnostic[] = [];
  const taken = new Map<string, Promise<Taken>>();
  for (const [name, source] of secrets) {
    const key = JSON.stringify(source);
    const taking = taken.get(key) ?? take(source, place);
    taken.set(key, taking);
    const result = await taking;
    if ("value" in result && result.value.length >= shortestSecret) values.set(name, result.value);
    else if ("value" in result) mistakes.push(tooShort(name));
    else mistakes.push({ code: "secret", message: `the secret ${name}: ${result.problem}`, fix: result.fix });
  }
  if (mistakes.length > 0) throw new MigratorError(mistakes);
  return values;
}

function tooShort(name: string): Diagnostic {
  return {
    code: "secret",
    message: `the secret ${name}: its value has fewer than ${shortestSecret} characters, which cannot be hidden in what is printed`,
    fix: "give it a longer value; or make it a plain variable, if it is no secret",
  };
}

/** The values of declared secrets that can be had without running anything, so that they can be hidden in what is printed. */
export function readableSecrets(value: unknown, place: SecretPlace): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if (!declaresSecret(value)) return Object.values(value).flatMap((inner) => readableSecrets(inner, place));
  const source = secretSource(value);
  if (source === undefined || "command" in source) return [];
  const taken = "env" in source ? takeVariable(source.env, place) : takeFile(source.file, place);
  return "value" in taken ? [taken.value] : [];
}

type Taken = { readonly value: string } | { readonly problem: string; readonly fix: string };

async function take(source: SecretSource, place: SecretPlace): Promise<Taken> {
  if ("env" in source) return takeVariable(source.env, place);
  return "file" in source ? takeFile(source.file, place) : takeOutput(source.command, place);
}

function takeVariable(name: string, { env }: SecretPlace): Taken {
  const value = env[name];
  if (value) return { value };
  return {
    problem: `the environment variable ${name} is ${value === undefined ? "not set" : "empty"}`,
    fix: `set ${name} to the secret's value`,
  };
}

function takeFile(path: string, { root }: SecretPlace): Taken {
  try {
    return textOf(readFileSync(resolve(root, path)), `the file ${path}`);
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (missing) return { problem: `there is no file ${path}`, fix: `write the secret's value into ${path}` };
    const { message, fix = "make it readable" } = fileProblem(path, error);
    return { problem: `${path}: ${message}`, fix };
  }
}

async function takeOutput(command: readonly string[], { root, env }: SecretPlace): Promise<Taken> {
  const [program = ""] = command;
  const output = await runCommand(command, { root, env, greatest });
  if ("printed" in output) return textOf(output.printed, `what ${program} prints`);
  // What it printed, on either stream, may hold the secret.
  const fix = `run it by hand in the project's folder: ${program} …`;
  return { problem: `${program} ${output.problem}`, fix };
}

function textOf(bytes: Buffer, what: string): Taken {
  const fix = "see that it gives the secret's value alone, as UTF-8 text";
  if (!isUtf8(bytes)) return { problem: `${what} is not UTF-8`, fix };
  const value = bytes.toString("utf8").replace(/\r?\n$/, "");
  if (value === "") return { problem: `${what} is empty`, fix };
  return value.includes("\0") ? { problem: `${what} holds a NUL character`, fix } : { value };
}
