/** The rules of migrator.json. */
import type { GenericSchema, InferOutput, ObjectEntries, ObjectPathItem } from "valibot";
import * as v from "valibot";
import { matricesSchema } from "../tenants/matrix-schema.ts";
import { costKinds, isConnectionUrl, type UrlSource } from "./config.ts";
import type { JsonValue } from "./json.ts";
import { suggestWord } from "./nearest.ts";

type Members = Record<string, unknown>;

/** PostgreSQL's settings are of 32 bits. */
const greatest = 2_147_483_647;
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Of variables: load.ts looks for what has the form of a secret and is none. */
const valuesSchema = {
  type: "object",
  propertyNames: { pattern: variableName.source },
  additionalProperties: { $ref: "#/definitions/value" },
};

/** Builds the schema, when a configuration is read. */
export function configSchema() {
  /** For rules that are code: the same in JSON Schema, as far as that can say it (json-schema.ts). */
  const inJsonSchema = <T>(jsonSchema: Readonly<Record<string, JsonValue>>) =>
    v.metadata<T, { readonly jsonSchema: typeof jsonSchema }>({ jsonSchema });
  const object = <T extends object = Members>(fix: string) =>
    v.custom<T>(isObject, say("an object is expected here", fix));
  /** An issue at one member of an object. */
  const member = (input: Members, key: string, message: string) => {
    const item: ObjectPathItem = { type: "object", origin: "key", input, key, value: input[key] };
    return { message, path: [item] as [ObjectPathItem] };
  };
  /** An object of these keys and no others; every unknown key is an issue of its own. */
  const shape = <E extends ObjectEntries>(entries: E) => {
    const known = Object.keys(entries);
    return v.pipe(
      object(`write { ${known.map((name) => `"${name}": …`).join(", ")} }`),
      v.looseObject(entries, (issue) => {
        const key = String(issue.path?.at(-1)?.key);
        return say(`the key "${key}" is missing`, `add "${key}"`);
      }),
      v.rawCheck(({ dataset, addIssue }) => {
        const input = dataset.value as Members;
        for (const key of Object.keys(input)) {
          if (known.includes(key)) continue;
          addIssue(member(input, key, say(`the key "${key}" is not known`, suggestWord(key, known))));
        }
      }),
    );
  };
  const text = (what: string) =>
    v.pipe(
      v.string(say(`${what} must be text`, "write it in double quotes")),
      v.check(
        (value) => value !== "" && !value.includes("\0"),
        say(`${what} must not be empty`, "give it a value, or remove the key"),
      ),
      inJsonSchema({ minLength: 1, pattern: "^[^\\u0000]*$" }),
    );
  const identifier = (what: string) =>
    v.pipe(
      text(what),
      v.check(
        (value) => new TextEncoder().encode(value).length <= 63,
        say(`${what} is longer than the 63 bytes of a PostgreSQL name`, "make it shorter"),
      ),
      inJsonSchema({ maxLength: 63 }),
    );
  const whole = (what: string, least: number) =>
    v.pipe(
      v.number(say(`${what} must be a number`, "write it without quotes")),
      v.check(
        (value) => Number.isSafeInteger(value) && value >= least,
        say(`${what} must be a whole number, at least ${least}`, `write ${least} or more`),
      ),
      v.check(
        (value) => value <= greatest,
        say(`${what} must be at most ${greatest}`, `write ${greatest} or less`),
      ),
      inJsonSchema({ type: "integer", minimum: least, maximum: greatest }),
    );
  const list = <S extends GenericSchema>(what: string, item: S, fix: string) =>
    v.pipe(
      v.array(item, say(`${what} is a list`, fix)),
      v.minLength(1, say(`${what} must not be empty`, `${fix}, or remove the key`)),
    );
  const url = v.pipe(
    v.custom<UrlSource>(
      isUrlSource,
      say(
        "a connection is a URL that begins with postgres:// or postgresql://, or the variable that holds one",
        'write "postgres://user@host/database" or { "env": "DATABASE_URL" }',
      ),
    ),
    inJsonSchema({
      anyOf: [
        { type: "string", pattern: "^postgres(ql)?://" },
        {
          type: "object",
          required: ["env"],
          additionalProperties: false,
          properties: { env: { type: "string", minLength: 1 } },
        },
      ],
    }),
  );
  /** An object whose keys are names of templates' variables; the values are kept as they are. */
  const named = (
    what: string,
    isValue: (value: unknown) => boolean,
    mistake: string,
    jsonSchema: Readonly<Record<string, JsonValue>> = valuesSchema,
  ) =>
    v.pipe(
      object<Readonly<Record<string, JsonValue>>>('write { "name": … }'),
      v.rawCheck(({ dataset, addIssue }) => {
        if (!dataset.typed) return;
        for (const [key, value] of Object.entries(dataset.value)) {
          if (!variableName.test(key)) {
            const rule = `the name of a ${what} has letters, digits and underscores alone, and begins with no digit`;
            addIssue(member(dataset.value, key, say(rule, "rename it")));
          } else if (!isValue(value)) addIssue(member(dataset.value, key, mistake));
        }
      }),
      inJsonSchema(jsonSchema),
    );

  const allow = v.array(
    v.picklist(
      costKinds,
      say(`a cost is one of ${costKinds.join(", ")}`, `write ["${costKinds.join('", "')}"] or some of these`),
    ),
    say("allow is a list", 'write ["repopulate"]'),
  );
  const target = shape({
    url,
    allow: v.optional(v.nullable(allow), null),
    components: v.optional(
      v.picklist(["live", "migrated"], say("components is live or migrated", 'write "live" or "migrated"')),
      "live",
    ),
    protected: v.optional(v.boolean(say("protected is true or false", "write it without quotes")), false),
    variables: v.optional(
      named("variable", () => true, ""),
      {},
    ),
  });
  const module = shape({ name: text("the name of a module"), path: text("the path of a module") });
  return shape({
    $schema: v.optional(text("$schema")),
    targets: v.optional(v.pipe(object('write { "dev": { "url": … } }'), v.record(v.string(), target)), {}),
    defaultTarget: v.optional(text("defaultTarget")),
    modules: v.optional(list("modules", module, 'write [{ "name": "app", "path": "migrator/migrations" }]')),
    project: v.optional(text("project")),
    searchPath: v.optional(list("searchPath", identifier("a schema"), 'write ["app", "public"]'), ["public"]),
    variables: v.optional(
      named("variable", () => true, ""),
      {},
    ),
    variableFiles: v.optional(
      v.array(text("a file"), say("variableFiles is a list", 'write ["variables.toml"]')),
      [],
    ),
    variableSchema: v.optional(
      v.pipe(
        v.custom<JsonValue>(
          (value) => isObject(value) || (typeof value === "string" && value !== ""),
          say(
            "variableSchema is a JSON Schema, or the file that holds one",
            'write { "required": ["schema"] } or "variables.schema.json"',
          ),
        ),
        inJsonSchema({ anyOf: [{ type: "object" }, { type: "string", minLength: 1 }] }),
      ),
    ),
    env: v.optional(
      v.array(
        v.pipe(
          v.string(say("env is a list of names", 'write ["CI"]')),
          v.check(
            (value) => variableName.test(value),
            say("this is no name of an environment variable", "write letters, digits and underscores"),
          ),
          inJsonSchema({ pattern: variableName.source }),
        ),
        say("env is a list of names", 'write ["CI"]'),
      ),
      [],
    ),
    matrices: v.optional(
      named(
        "matrix",
        isObject,
        say("a matrix is an object", 'write { "query": "select …" }'),
        matricesSchema,
      ),
      {},
    ),
    ledgerSchema: v.optional(
      v.pipe(
        identifier("ledgerSchema"),
        v.check(
          (value) => !value.startsWith("pg_"),
          say(
            "ledgerSchema must not begin with pg_",
            "PostgreSQL keeps such names for itself: choose another",
          ),
        ),
        v.check(
          (value) => value !== "information_schema",
          say("ledgerSchema must not be information_schema", "choose a schema of its own"),
        ),
        inJsonSchema({ not: { anyOf: [{ pattern: "^pg_" }, { const: "information_schema" }] } }),
      ),
      "migrator",
    ),
    allow: v.optional(allow, ["repopulate"]),
    lockTimeout: v.optional(whole("lockTimeout", 1), 200),
    lockRetries: v.optional(whole("lockRetries", 0), 25),
    shadow: v.optional(
      v.union(
        [v.picklist(["server", "embedded"]), url],
        say(
          'shadow is a connection, "server" or "embedded"',
          'write "server" for a database beside the target',
        ),
      ),
    ),
  });
}

export type ConfigInput = InferOutput<ReturnType<typeof configSchema>>;

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isUrlSource(value: unknown): boolean {
  if (typeof value === "string") return isConnectionUrl(value);
  return (
    isObject(value) && Object.keys(value).length === 1 && typeof value.env === "string" && value.env !== ""
  );
}

/** A rule's message: what is wrong, and on the second line what to do. */
function say(message: string, fix: string): string {
  return `${message}\n${fix}`;
}
