/** A fixture in the course of a pass. */
import type { Fixture } from "../fixture.ts";
import type { Binding } from "../fixtures/binding.ts";
import type { Identity } from "../identity.ts";

/** A fixture that waits for the end of the pass, and what it follows then. */
export interface WaitingFixture {
  readonly fixture: Fixture;
  readonly binding: Binding;
  /** The new object; null where a statement of --around is what it waits for. */
  readonly successor: Identity | null;
  /** `function public.f(integer)`, or the statement: for a person. */
  readonly follows: string;
  readonly component: string | null;
  /** For a column that stores rows: the old view, and the new one's name. */
  readonly stores?: { readonly oid: number; readonly identity: Identity };
}
