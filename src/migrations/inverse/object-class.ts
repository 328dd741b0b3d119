/** What the grammar calls the classes of objects, what statements call them, and what pg_get_object_address does. */
import type { ObjectType } from "@pgsql/types";

export interface ObjectClass {
  /** Behind ALTER, DROP and COMMENT ON. */
  readonly noun: string;
  /** The first argument of pg_get_object_address; null for relations, which regclass finds. */
  readonly address: string | null;
}

/** Null for what no statement names by itself. */
export function objectClass(type: ObjectType | undefined): ObjectClass | null {
  return type === undefined ? null : (classes[type] ?? null);
}

const relation = (noun: string): ObjectClass => ({ noun, address: null });
const same = (word: string): ObjectClass => ({ noun: word.toUpperCase(), address: word });

/** https://www.postgresql.org/docs/18/functions-info.html#FUNCTIONS-INFO-OBJECT */
const classes: Partial<Readonly<Record<ObjectType, ObjectClass>>> = {
  OBJECT_TABLE: relation("TABLE"),
  OBJECT_VIEW: relation("VIEW"),
  OBJECT_MATVIEW: relation("MATERIALIZED VIEW"),
  OBJECT_INDEX: relation("INDEX"),
  OBJECT_SEQUENCE: relation("SEQUENCE"),
  OBJECT_FOREIGN_TABLE: relation("FOREIGN TABLE"),
  OBJECT_ACCESS_METHOD: same("access method"),
  OBJECT_AGGREGATE: same("aggregate"),
  OBJECT_CAST: same("cast"),
  OBJECT_COLLATION: same("collation"),
  OBJECT_COLUMN: { noun: "COLUMN", address: "table column" },
  OBJECT_CONVERSION: same("conversion"),
  OBJECT_DATABASE: same("database"),
  OBJECT_DOMAIN: { noun: "DOMAIN", address: "type" },
  OBJECT_DOMCONSTRAINT: { noun: "CONSTRAINT", address: "domain constraint" },
  OBJECT_EVENT_TRIGGER: same("event trigger"),
  OBJECT_EXTENSION: same("extension"),
  OBJECT_FDW: { noun: "FOREIGN DATA WRAPPER", address: "foreign-data wrapper" },
  OBJECT_FOREIGN_SERVER: same("server"),
  OBJECT_FUNCTION: same("function"),
  OBJECT_LANGUAGE: same("language"),
  OBJECT_LARGEOBJECT: same("large object"),
  OBJECT_OPCLASS: same("operator class"),
  OBJECT_OPERATOR: same("operator"),
  OBJECT_OPFAMILY: same("operator family"),
  OBJECT_POLICY: same("policy"),
  OBJECT_PROCEDURE: same("procedure"),
  OBJECT_PUBLICATION: same("publication"),
  OBJECT_ROLE: same("role"),
  OBJECT_ROUTINE: same("routine"),
  OBJECT_RULE: same("rule"),
  OBJECT_SCHEMA: same("schema"),
  OBJECT_STATISTIC_EXT: { noun: "STATISTICS", address: "statistics object" },
  OBJECT_SUBSCRIPTION: same("subscription"),
  OBJECT_TABCONSTRAINT: { noun: "CONSTRAINT", address: "table constraint" },
  OBJECT_TABLESPACE: same("tablespace"),
  OBJECT_TRANSFORM: same("transform"),
  OBJECT_TRIGGER: same("trigger"),
  OBJECT_TSCONFIGURATION: same("text search configuration"),
  OBJECT_TSDICTIONARY: same("text search dictionary"),
  OBJECT_TSPARSER: same("text search parser"),
  OBJECT_TSTEMPLATE: same("text search template"),
  OBJECT_TYPE: same("type"),
};
