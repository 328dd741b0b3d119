/** Which overloads a call may mean. */
import type { CallShape, ReferenceStrength, TypeReference } from "../reference.ts";
import { builtinTypeName } from "../type-name.ts";
import type { ArgumentType, RoutineEntry } from "./object-index.ts";

export interface Candidate {
  readonly key: string;
  readonly strength: ReferenceStrength;
}

/**
 * An entry for each overload that the number of arguments allows: all of them matter, because PostgreSQL chooses among
 * those that exist when the call is analysed. Only the one that is certainly meant keeps the reference's strength.
 */
export function overloadsOf(
  entries: readonly RoutineEntry[],
  call: CallShape | null,
  strength: ReferenceStrength,
): readonly Candidate[] {
  const fitting = call === null ? entries : entries.filter((entry) => fitsCount(entry, call));
  const [only] = fitting;
  if (only === undefined) return [];
  if (fitting.length === 1) {
    const certain = call === null || !contradicts(only, call);
    return [{ key: only.key, strength: certain ? strength : "soft" }];
  }
  const exact = call === null ? [] : fitting.filter((entry) => matchesExactly(entry, call));
  const meant = exact.length === 1 ? exact[0] : undefined;
  return fitting.map((entry) => ({ key: entry.key, strength: entry === meant ? strength : "soft" }));
}

/** Functions of one row that `value.name` may call. */
export function attributeFunctions(entries: readonly RoutineEntry[]): readonly Candidate[] {
  const found = entries.filter(
    ({ argumentTypes, procedure }) =>
      !procedure && argumentTypes.length === 1 && argumentTypes[0]?.builtin === false,
  );
  return found.map(({ key }) => ({ key, strength: "soft" }));
}

function fitsCount(entry: RoutineEntry, call: CallShape): boolean {
  const { length } = entry.argumentTypes;
  const least = length - entry.defaults;
  // CALL passes something for OUT arguments too, which are no input arguments.
  if (entry.procedure) return call.count >= least;
  if (entry.variadic && !call.variadic) return call.count >= Math.min(least, length - 1);
  return call.count >= least && call.count <= length;
}

/** Every argument's type is shown and is the declared one; positions only. */
function matchesExactly(entry: RoutineEntry, call: CallShape): boolean {
  if (call.count === 0) return entry.argumentTypes.length === 0;
  if (call.names.length > 0 || (entry.variadic && !call.variadic)) return false;
  return call.types.every((type, i) => {
    const declared = entry.argumentTypes[i];
    return type !== null && declared !== undefined && sameType(type, declared);
  });
}

/** A built-in type is shown where a user's type is declared: it can only fit by a cast of the user's own. */
function contradicts(entry: RoutineEntry, call: CallShape): boolean {
  if (call.names.length > 0) return false;
  return call.types.some((type, i) => {
    const declared = entry.argumentTypes[i];
    if (type === null || declared === undefined || declared.builtin) return false;
    return declared.reference.column === undefined && builtinTypeName(type) !== null;
  });
}

function sameType(shown: TypeReference, declared: ArgumentType): boolean {
  const builtin = builtinTypeName(shown);
  if (builtin !== null || declared.builtin) return builtin === declared.name;
  const { reference } = declared;
  return (
    shown.name === reference.name &&
    shown.array === reference.array &&
    (shown.schema === null || reference.schema === null || shown.schema === reference.schema)
  );
}
