/** Turns the fixture queries' JSON into fixtures. */
import { isBystander, type Subject } from "../../graph/bystander.ts";
import type { Fixture, FixtureHost } from "../../graph/fixture.ts";
import { isRelation } from "../../graph/identity.ts";

export interface HostRow extends Omit<FixtureHost, "subject"> {
  readonly kind: string;
  readonly schema: string | null;
  readonly name: string;
  /** The process that a temporary table belongs to, where that is another session's. */
  readonly otherSession?: number | null;
}

/** What the catalog printed: a fixture whose host is told flat. */
export type FixtureRow = Omit<Fixture, "host"> & { readonly host: HostRow };

export function liveFixture(row: FixtureRow): Fixture {
  return { ...row, host: liveHost(row.host) } as Fixture;
}

export function liveHost({ kind, schema, name, otherSession: _, ...host }: HostRow): FixtureHost {
  const subject = { kind, schema, name } as Subject;
  if (!isBystander(subject) && !isRelation(subject)) throw new Error(`unexpected host ${kind}`);
  return { ...host, subject };
}
