/** What is known of a component between two looks at it, whether it was read in this run or remembered from another. */
import type { Rendered } from "../template/renderer.ts";
import type { RememberedComponent } from "./memory.ts";

export interface Known<F> extends Omit<RememberedComponent, "facts"> {
  readonly facts: Facts<F>;
  /** The text where it was read in this run. */
  readonly rendered: Rendered | null;
}

interface Facts<F> {
  value(): F;
  json(): string;
}

export function fromMemory<F>(remembered: RememberedComponent): Known<F> {
  const { facts: json } = remembered;
  let parsed: { readonly facts: F } | undefined;
  return {
    textSha256: remembered.textSha256,
    uses: remembered.uses,
    variables: remembered.variables,
    rendered: null,
    facts: {
      value() {
        // Written from a value of this type, under the same context.
        parsed ??= { facts: JSON.parse(json) as F };
        return parsed.facts;
      },
      json: () => json,
    },
  };
}

export function freshFacts<F>(facts: F): Facts<F> {
  let json: string | undefined;
  return {
    value: () => facts,
    json() {
      json ??= JSON.stringify(facts) ?? "null";
      return json;
    },
  };
}

/** What the memory keeps of these. */
export function toRemember<F>(
  known: ReadonlyMap<string, Known<F>>,
): ReadonlyMap<string, RememberedComponent> {
  const entries = new Map<string, RememberedComponent>();
  for (const [name, { textSha256, uses, variables, facts }] of known) {
    entries.set(name, { textSha256, uses, variables, facts: facts.json() });
  }
  return entries;
}
