/** What is wrong with how variables declare secrets. */
import { declaresSecret, secretSource } from "./secret-source.ts";

interface SecretMistake {
  readonly path: (string | number)[];
  readonly message: string;
  readonly fix: string;
}

/** Each object whose only key is `secret` must say where the secret is, and not hold it itself. Paths begin with `above`. */
export function secretMistakes(
  variables: Readonly<Record<string, unknown>>,
  above: readonly string[],
): readonly SecretMistake[] {
  const mistakes: SecretMistake[] = [];
  const visit = (value: unknown, path: readonly (string | number)[]): void => {
    if (typeof value !== "object" || value === null) return;
    if (declaresSecret(value)) {
      if (secretSource(value) === undefined) {
        mistakes.push({
          path: [...path, "secret"],
          message: "a secret names the environment variable, the file or the command that gives it",
          fix: 'write { "secret": { "env": "API_KEY" } }, { "file": "path" } or { "command": ["program", "argument"] }; never the value itself',
        });
      }
      return;
    }
    for (const [key, inner] of Object.entries(value))
      visit(inner, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  for (const [name, value] of Object.entries(variables)) visit(value, [...above, name]);
  return mistakes;
}
