/** Which file an imported object goes to: `schema/views/name.sql`. */
import { type Identity, identityKey, isChild, isRelation } from "../../graph/identity.ts";
import { schemasFolder } from "../project/placement.ts";
import { fileNames } from "./file-names.ts";

/**
 * Component paths by identity key. A routine's overloads share a file, a view has its triggers and rules in its own, and a
 * table's triggers, rules and policies have one each, named after both.
 */
export function fileLayout(identities: readonly Identity[]): ReadonlyMap<string, string> {
  const relations = new Map(
    identities.flatMap((identity) =>
      isRelation(identity) ? [[relationKey(identity.schema, identity.name), identity] as const] : [],
    ),
  );
  const homes = new Map(
    identities.map((identity) => {
      const relation = isChild(identity)
        ? relations.get(relationKey(identity.schema, identity.relation))
        : undefined;
      return [identityKey(identity), homeOf(relation ?? identity)] as const;
    }),
  );
  const schemas = fileNames(
    [...homes.values()].map(({ schema }) => schema),
    [schemasFolder],
  );
  const inFolder = new Map<string, string[]>();
  for (const { schema, folder, name } of homes.values()) {
    const key = relationKey(schema, folder);
    inFolder.set(key, [...(inFolder.get(key) ?? []), name]);
  }
  const names = new Map([...inFolder].map(([key, list]) => [key, fileNames(list)]));
  const paths = new Map<string, string>();
  for (const [key, { schema, folder, name }] of homes) {
    const file = names.get(relationKey(schema, folder))?.get(name) ?? name;
    paths.set(key, `${schemas.get(schema) ?? schema}/${folder}/${file}.sql`);
  }
  return paths;
}

interface Home {
  readonly schema: string;
  readonly folder: string;
  readonly name: string;
}

function homeOf(identity: Identity): Home {
  const folder = `${identity.kind.replace(" ", "_").replace(/y$/, "ie")}s`;
  const name = isChild(identity) ? `${identity.relation}.${identity.name}` : identity.name;
  return { schema: identity.schema, folder, name };
}

function relationKey(schema: string, name: string): string {
  return JSON.stringify([schema, name]);
}
