/** Writes a live object as a component file says it: its CREATE statement, and a statement for each attachment. */
import { describeForDdl } from "../ddl-name.ts";
import { createStatement } from "../definition.ts";
import { describeIdentity } from "../identity.ts";
import { rulesOf } from "../kinds/rules.ts";
import {
  type ColumnAttachments,
  type Grant,
  isLiveChild,
  isLiveRelation,
  isLiveRoutine,
  type LiveObject,
  type LiveRelation,
} from "../live.ts";
import { quoteIdentifier, quoteLiteral, quoteName } from "../quote.ts";
import { restoreStatements } from "../restore.ts";
import { grantStatements } from "./grant-statements.ts";

export interface SourceOptions {
  /** Write OWNER TO. */
  readonly owners: boolean;
  readonly grants: boolean;
  /** The access control lists that a new object of this kind, schema and owner may begin with. */
  readonly defaults: (live: LiveObject) => readonly (readonly Grant[])[];
}

/** Statements without semicolons, with every name qualified. */
export interface ObjectSource {
  readonly create: string;
  readonly attachments: readonly string[];
  /** What a component cannot say, for a person. */
  readonly omitted: readonly string[];
}

/** `children` of a relation are sources of their own. */
export function objectSource(live: LiveObject, options: SourceOptions): ObjectSource {
  const restored = restoreStatements(live, bareObject(live), () => false).filter(
    // The grants of the object itself are written apart, those of a row type are not.
    (statement) => options.grants || !/^(GRANT|REVOKE) /.test(statement),
  );
  const { statements, omitted } = options.grants ? grantsOf(live, options) : noGrants;
  const isSayable = (statement: string): boolean => !unsayable.some((words) => words.test(statement));
  // Whoever runs the component owns both, or neither.
  const sameOwner = ` OWNER TO ${quoteIdentifier(live.owner)}`;
  const unsaid = restored.filter((statement) => !isSayable(statement) && !statement.endsWith(sameOwner));
  return {
    create: isLiveRelation(live) ? createRelation(live) : createStatement(live.definition),
    attachments: [
      ...(options.owners && !isLiveChild(live) ? [ownerStatement(live)] : []),
      ...statements,
      ...restored.filter(isSayable),
    ],
    omitted: [...omitted, ...unsaid].map((what) => `${describeIdentity(live.identity)}: ${what}`),
  };
}

/** Statements that a component does not take: on extended statistics, on row types, and on the rule that is a view's query. */
const unsayable = [
  /^ALTER STATISTICS /,
  /^(GRANT|REVOKE) .* ON TYPE /,
  /^(COMMENT|SECURITY LABEL FOR .*) ON TYPE /,
  /^COMMENT ON RULE "_RETURN" /,
];

const noGrants = { statements: [], omitted: [] };

function ownerStatement({ kind, identity, owner }: LiveObject): string {
  return `ALTER ${rulesOf[kind].noun} ${describeForDdl(identity)} OWNER TO ${quoteIdentifier(owner)}`;
}

function grantsOf(live: LiveObject, options: SourceOptions) {
  if (isLiveChild(live)) return noGrants;
  const { identity, owner } = live;
  if (isLiveRelation(live)) {
    const columns = live.columnAttachments.map(({ name, grants }) => ({ column: name, grants }));
    const on = quoteName(identity.schema, identity.name);
    return grantStatements(
      { on, owner, owned: options.owners },
      [{ column: null, grants: live.grants }, ...columns],
      options.defaults(live),
    );
  }
  const name = `${quoteName(identity.schema, identity.name)}(${live.identity.arguments.join(", ")})`;
  const on = `${rulesOf[live.kind].grantNoun} ${name}`;
  return grantStatements(
    { on, owner, owned: options.owners },
    [{ column: null, grants: live.grants }],
    options.defaults(live),
  );
}

/** The same object with nothing on it but owner and grants, which are written apart: what restoring adds, the file must say. */
function bareObject(live: LiveObject): LiveObject {
  if (isLiveRelation(live)) {
    return {
      ...live,
      comment: null,
      labels: [],
      dependsOn: [],
      rowType: { ...live.rowType, grants: null, comment: null, labels: [], arrayComment: null },
      queryComment: null,
      columnAttachments: live.columnAttachments.map(bareColumn),
      indexes: [],
      statistics: [],
      tablespace: null,
    };
  }
  if (isLiveRoutine(live)) return { ...live, comment: null, labels: [], dependsOn: [] };
  return { ...live, comment: null, labels: [], dependsOn: [], enabled: "O" };
}

function bareColumn(column: ColumnAttachments): ColumnAttachments {
  return {
    ...column,
    comment: null,
    labels: [],
    default: null,
    statistics: null,
    storage: null,
    compression: null,
    options: null,
  };
}

/** With its options inside, and WITH NO DATA where the materialized view cannot be read. */
function createRelation(live: LiveRelation): string {
  const { sql, name } = live.definition;
  const as = sql.indexOf(" AS\n", name.end);
  const options = live.options.map(([option, value]) => `${option} = ${optionValue(value)}`).join(", ");
  const head = options === "" ? sql.slice(0, as) : `${sql.slice(0, as)} WITH (${options})`;
  const tail = live.kind === "materialized view" && !live.populated ? "\nWITH NO DATA" : "";
  return `${head}${sql.slice(as)}${tail}`;
}

/** Words and numbers stand as they are. */
export function optionValue(value: string): string {
  return /^(?:[a-z_]+|\d+(?:\.\d+)?)$/.test(value) ? value : quoteLiteral(value);
}
