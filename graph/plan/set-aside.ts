/** Takes an object out of the way by a rename, its index names included, and back; drops an old one when the plan is done. */
import { describeForDdl, routineName } from "../ddl-name.ts";
import { isRoutine } from "../identity.ts";
import { rulesOf } from "../kinds/rules.ts";
import { isLiveRelation, type LiveObject } from "../live.ts";
import { quoteIdentifier, quoteName } from "../quote.ts";
import type { Pass, SetAside } from "./pass.ts";

export function setAsideStatements(pass: Pass, live: LiveObject, scratch: string): readonly string[] {
  return asideStatements(live, currentName(pass, live), scratch);
}

/** `name` is how a statement names the object now. */
export function asideStatements(live: LiveObject, name: string, scratch: string): readonly string[] {
  return [
    `ALTER ${rulesOf[live.kind].noun} ${name} RENAME TO ${quoteIdentifier(scratch)}`,
    ...partsUnder(live, scratch).map(
      ({ noun, schema, name: own, aside }) =>
        `ALTER ${noun} ${quoteName(schema, own)} RENAME TO ${quoteIdentifier(aside)}`,
    ),
  ];
}

/** Gives what `asideStatements` renamed its own names again; the row types in a routine's signature have theirs. */
export function backStatements(live: LiveObject, scratch: string): readonly string[] {
  const { identity } = live;
  return [
    `ALTER ${rulesOf[live.kind].noun} ${describeForDdl({ ...identity, name: scratch })} RENAME TO ${quoteIdentifier(identity.name)}`,
    ...partsUnder(live, scratch).map(
      ({ noun, schema, name, aside }) =>
        `ALTER ${noun} ${quoteName(schema, aside)} RENAME TO ${quoteIdentifier(name)}`,
    ),
  ];
}

/** What has a name of its own in the relation's schema, or another one, and the name that it gets beside `scratch`. */
function partsUnder(live: LiveObject, scratch: string) {
  if (!isLiveRelation(live)) return [];
  const { schema } = live.identity;
  return [
    ...live.indexes.map(({ name }, i) => ({ noun: "INDEX", schema, name, aside: `${scratch}_${i + 1}` })),
    ...live.statistics.map(({ schema: own, name }, i) => ({
      noun: "STATISTICS",
      schema: own,
      name,
      aside: `${scratch}_s${i + 1}`,
    })),
  ];
}

export function dropStatement(pass: Pass, old: SetAside): string {
  const { identity, kind } = old.live;
  const name = isRoutine(identity)
    ? routineName(
        identity.schema,
        old.scratch,
        identity.arguments.map((type) => pass.typeNames.get(type) ?? type),
      )
    : quoteName(identity.schema, old.scratch);
  return `DROP ${rulesOf[kind].noun} ${name}`;
}

/** The names under which a set-aside relation's row type and its array stand in argument lists. */
export function renamedTypes(live: LiveObject, scratch: string): readonly (readonly [string, string])[] {
  if (!isLiveRelation(live)) return [];
  const { schema, name } = live.identity;
  const [from, to] = [quoteName(schema, name), quoteName(schema, scratch)];
  return [
    [from, to],
    [`${from}[]`, `${to}[]`],
  ];
}

/** The object's name now: argument types of a routine may have been set aside. */
function currentName(pass: Pass, live: LiveObject): string {
  const { identity } = live;
  if (!isRoutine(identity)) return describeForDdl(identity);
  return routineName(
    identity.schema,
    identity.name,
    identity.arguments.map((type) => pass.typeNames.get(type) ?? type),
  );
}
