/** What the catalog can print whole: one table, a row for each class of objects. */
import type { ObjectType } from "@pgsql/types";
import { printing } from "./catalog-rows.ts";
import {
  printCast,
  printDomain,
  printEventTrigger,
  printExtension,
  printRoutine,
  printSchema,
  printStatistics,
  printType,
} from "./print-other.ts";
import {
  printIndex,
  printMaterializedView,
  printPolicy,
  printRule,
  printSequence,
  printTrigger,
  printView,
} from "./print-relation.ts";

const printers: Partial<Readonly<Record<ObjectType, () => readonly string[]>>> = {
  OBJECT_VIEW: printView,
  OBJECT_MATVIEW: printMaterializedView,
  OBJECT_INDEX: () => printIndex(false),
  OBJECT_SEQUENCE: printSequence,
  OBJECT_TRIGGER: printTrigger,
  OBJECT_RULE: printRule,
  OBJECT_POLICY: printPolicy,
  OBJECT_FUNCTION: () => printRoutine("FUNCTION"),
  OBJECT_PROCEDURE: () => printRoutine("PROCEDURE"),
  OBJECT_TYPE: printType,
  OBJECT_DOMAIN: printDomain,
  OBJECT_SCHEMA: printSchema,
  OBJECT_EXTENSION: printExtension,
  OBJECT_STATISTIC_EXT: printStatistics,
  OBJECT_EVENT_TRIGGER: printEventTrigger,
  OBJECT_CAST: printCast,
};

/** Queries for `printed`; null where the catalog has no statement for the class. */
export function printObject(type: ObjectType, concurrently = false): readonly string[] | null {
  return concurrently && type === "OBJECT_INDEX" ? printIndex(true) : (printers[type]?.() ?? null);
}

/** A reason where something else needs the object, which CASCADE would take with it and RESTRICT would refuse. */
export function whenNeeded(catalog: string, reason: string): string {
  return printing(1, {
    reason,
    where: `EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.refclassid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND d.refobjid = o.oid AND d.deptype = 'n'
  AND NOT (d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid IN (SELECT w.oid FROM pg_catalog.pg_rewrite AS w WHERE w.ev_class = o.oid)))`,
  });
}
