/** What is known of a component between two looks at it, whether it was read in this run or remembered from another. */
import type { Rendered } from "../template/renderer.ts";
import type { RememberedComponent } from "./memory.ts";

/** Facts in a short form, so that those of an unchanged component need not be parsed as a whole. */
export interface Outlines<F> {
  /** A JSON value; null where only the facts themselves will do. */
  of(facts: F): unknown;
  /** Facts that are equal to those that `whole` returns, and that call it only for what the outline does not hold. */
  restore(component: string, outline: unknown, whole: () => F): F;
}

export interface Known<F> extends Omit<RememberedComponent, "facts" | "outline"> {
  readonly facts: Facts<F>;
  /** The text where it was read in this run. */
  readonly rendered: Rendered | null;
}

interface Facts<F> {
  value(): F;
  outline(): unknown;
  json(): Uint8Array;
}

export function fromMemory<F>(
  component: string,
  remembered: RememberedComponent,
  outlines: Outlines<F>,
): Known<F> {
  const { facts: json, outline } = remembered;
  let parsed: { readonly facts: F } | undefined;
  const whole = (): F => {
    // Written from a value of this type, under the same context.
    parsed ??= { facts: JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.length).toString()) as F };
    return parsed.facts;
  };
  let restored: { readonly facts: F } | undefined;
  return {
    textSha256: remembered.textSha256,
    uses: remembered.uses,
    variables: remembered.variables,
    rendered: null,
    facts: {
      value() {
        if (outline === null) return whole();
        restored ??= { facts: outlines.restore(component, outline, whole) };
        return restored.facts;
      },
      outline: () => outline,
      json: () => json,
    },
  };
}

export function freshFacts<F>(facts: F, outlines: Outlines<F>): Facts<F> {
  let json: Uint8Array | undefined;
  return {
    value: () => facts,
    outline: () => outlines.of(facts),
    json() {
      json ??= Buffer.from(JSON.stringify(facts) ?? "null");
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
    entries.set(name, { textSha256, uses, variables, outline: facts.outline(), facts: facts.json() });
  }
  return entries;
}
