/** The ledger as watch mode sees it: read for the objects that changed, and for others once a plan turns out to touch them. */
import type { AppliedObject } from "../../graph/applied.ts";
import { subjectKey } from "../../graph/bystander.ts";
import type { DeclaredObject } from "../../graph/declared.ts";
import type { Desired } from "../../graph/desired.ts";
import { type Identity, identityKey } from "../../graph/identity.ts";
import type { PassResult } from "../../graph/plan/plan.ts";
import type { Database } from "../database/database.ts";
import { type LedgerEntry, type LedgerState, readApplied } from "../database/ledger.ts";
import { readLedgerRows } from "../database/ledger-rows.ts";
import { type LedgerScope, sharedAlone } from "../database/scope-snapshots.ts";
import { type Changes, compareWithLedger } from "./changes.ts";

export interface NarrowLedger {
  /** Null where nothing was ever applied. */
  readonly state: Omit<LedgerState, "snapshot"> | null;
  readonly changes: Changes;
  /** Declared objects that the pass touched and whose rows were never read. */
  unread(pass: PassResult): readonly DeclaredObject[];
  /** Reads their rows. */
  readMore(objects: readonly DeclaredObject[]): Promise<TouchedObjects>;
}

/** What turned out to be otherwise than the pass took it. */
interface TouchedObjects {
  /** Those that differ from the files, as they were applied. */
  readonly applied: ReadonlyMap<string, AppliedObject>;
  /** Those that were changed in the database: they are judged too, so that nothing is overwritten unasked. */
  readonly changed: Changes["changed"];
}

export interface NarrowInput {
  readonly database: Database;
  readonly desired: Desired;
  readonly project: string;
  readonly ledgerSchema: string;
  readonly judged: ReadonlySet<string>;
  /** Declared a moment ago. */
  readonly vanished: ReadonlyMap<string, Identity>;
  readonly untracked: (component: string) => boolean;
  /** Left out: the shared one. */
  readonly scopes?: readonly LedgerScope[];
}

/** Inside the sync's transaction. */
export async function openNarrowLedger(input: NarrowInput): Promise<NarrowLedger> {
  const { database, desired, judged, vanished, scopes = sharedAlone } = input;
  const names = scopes.map(({ name }) => name);
  const entries = new Map<string, LedgerEntry>();
  const asked = new Set<string>();
  const read = async (identities: readonly Identity[]) => {
    const rows = await readLedgerRows(database, input.ledgerSchema, input.project, identities, names);
    for (const identity of identities) asked.add(identityKey(identity));
    for (const [key, entry] of rows.entries) entries.set(key, entry);
    return rows;
  };
  const declared = [...judged].flatMap((key) => desired.objects.get(key)?.identity ?? []);
  const { known, prepared, others, keepsScopes } = await read([...declared, ...vanished.values()]);

  /** As compareWithLedger says it of the objects whose rows were read. */
  const compare = (judging: ReadonlySet<string>): Changes => {
    const looked = new Map<string, DeclaredObject>();
    for (const key of asked) {
      const object = desired.objects.get(key);
      if (object !== undefined) looked.set(key, object);
    }
    const changes = compareWithLedger({ ...desired, objects: looked }, entries, judging, input.untracked);
    const removed = [...vanished.keys()].filter((key) => {
      const entry = entries.get(key);
      return entry !== undefined && !desired.objects.has(key) && !input.untracked(entry.component);
    });
    return { ...changes, removed: new Set(removed) };
  };

  return {
    state: known ? { mode: null, entries, reshaped: [], prepared, others, keepsScopes } : null,
    changes: compare(judged),
    unread(pass) {
      const touched =
        pass.kind === "restart"
          ? pass.locks.map((lock) => lock.key)
          : pass.steps.map((step) => subjectKey(step.identity));
      return [...new Set(touched)]
        .filter((key) => !asked.has(key))
        .flatMap((key) => desired.objects.get(key) ?? []);
    },
    async readMore(objects) {
      await read(objects.map((object) => object.identity));
      const differing = compare(judged).unjudged;
      const drifted = new Set(differing.filter((key) => entries.get(key)?.live === "changed"));
      const texts = differing.flatMap((key) => entries.get(key) ?? []);
      return {
        applied: await readApplied(database, input.ledgerSchema, input.project, texts),
        changed: compare(drifted).changed,
      };
    },
  };
}
