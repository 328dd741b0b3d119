/** Where a secret's value is, as a variable declares it: `{ "secret": { "env": … } }`. */

/** Characters. To hide a shorter value would hide half of every text, and anybody guesses it. */
export const shortestSecret = 4;

/** Never the value itself. */
export type SecretSource =
  /** An environment variable. */
  | { readonly env: string }
  /** A file, relative to the project's root. */
  | { readonly file: string }
  /** A program and its arguments, run without a shell; the value is what it prints. */
  | { readonly command: readonly string[] };

/** The source that a value declares; undefined where it is no secret (an object whose only key is `secret`). */
export function secretSource(value: unknown): SecretSource | undefined {
  if (!declaresSecret(value)) return undefined;
  const source: unknown = value.secret;
  if (typeof source !== "object" || source === null || Object.keys(source).length !== 1) return undefined;
  if ("env" in source && isName(source.env)) return { env: source.env };
  if ("file" in source && isName(source.file)) return { file: source.file };
  if ("command" in source && isCommand(source.command)) return { command: source.command };
  return undefined;
}

/** Whether the value has the form of a secret, sound or not. */
export function declaresSecret(value: unknown): value is { readonly secret: unknown } {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return "secret" in value && Object.keys(value).length === 1;
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && !value.includes("\0");
}

function isCommand(value: unknown): value is readonly string[] {
  if (!Array.isArray(value) || value[0] === "") return false;
  return value.length > 0 && value.every((part) => typeof part === "string" && !part.includes("\0"));
}
