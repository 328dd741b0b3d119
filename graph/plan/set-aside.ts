/** Takes an old object out of the way by a rename, its index names included, and drops it when the plan is done. */
import { describeForDdl, routineName } from "../ddl-name.ts";
import { isRoutine } from "../identity.ts";
import { rulesOf } from "../kinds/rules.ts";
import { isLiveRelation, type LiveObject } from "../live.ts";
import { quoteIdentifier, quoteName } from "../quote.ts";
import type { Pass, SetAside } from "./pass.ts";

export function setAsideStatements(pass: Pass, live: LiveObject, scratch: string): readonly string[] {
  const { noun } = rulesOf[live.kind];
  const statements = [`ALTER ${noun} ${currentName(pass, live)} RENAME TO ${quoteIdentifier(scratch)}`];
  if (isLiveRelation(live)) {
    const { schema } = live.identity;
    for (const [i, index] of live.indexes.entries()) {
      statements.push(
        `ALTER INDEX ${quoteName(schema, index.name)} RENAME TO ${quoteIdentifier(`${scratch}_${i + 1}`)}`,
      );
    }
    for (const [i, statistics] of live.statistics.entries()) {
      statements.push(
        `ALTER STATISTICS ${quoteName(statistics.schema, statistics.name)} RENAME TO ${quoteIdentifier(`${scratch}_s${i + 1}`)}`,
      );
    }
  }
  return statements;
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
