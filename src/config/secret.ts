/** The shape in which a variable declares that its value is a secret. */

interface SecretMistake {
  readonly path: (string | number)[];
  readonly message: string;
  readonly fix: string;
}

/** Each object whose only key is `secret` must name an environment variable, and not hold the secret itself. */
export function secretMistakes(variables: Readonly<Record<string, unknown>>): readonly SecretMistake[] {
  const mistakes: SecretMistake[] = [];
  const visit = (value: unknown, path: readonly (string | number)[]): void => {
    if (typeof value !== "object" || value === null) return;
    const entries = Object.entries(value);
    const [first] = entries;
    if (!Array.isArray(value) && entries.length === 1 && first?.[0] === "secret") {
      if (!namesVariable(first[1])) {
        mistakes.push({
          path: [...path, "secret"],
          message: "a secret names the environment variable that holds it",
          fix: 'write { "secret": { "env": "API_KEY" } }; never the value itself',
        });
      }
      return;
    }
    for (const [key, inner] of entries) visit(inner, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  visit(variables, ["variables"]);
  return mistakes;
}

function namesVariable(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const entries = Object.entries(value);
  return (
    entries.length === 1 &&
    entries[0]?.[0] === "env" &&
    typeof entries[0][1] === "string" &&
    entries[0][1] !== ""
  );
}
