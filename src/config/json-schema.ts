/**
 * The rules of migrator.json as JSON Schema (draft 7, which editors know best). They are read off the schema that checks the
 * file; what that asks by code of its own says beside it what this is in JSON Schema (`inJsonSchema` in schema.ts).
 */
import type { GenericSchema } from "valibot";
import type { JsonValue } from "./json.ts";
import type { JsonSchema } from "./json-schema-value.ts";
import { keyDescriptions } from "./key-descriptions.ts";
import { configSchema } from "./schema.ts";

/** A schema of valibot as far as it is looked at here. */
interface Node {
  readonly kind: "schema" | "validation" | "metadata";
  readonly type: string;
  /** The schema itself, and what else is asked of its value. */
  readonly pipe?: readonly Node[];
  readonly metadata?: { readonly jsonSchema?: JsonSchema };
  readonly entries?: Readonly<Record<string, Node>>;
  readonly wrapped?: Node;
  readonly default?: JsonValue;
  readonly item?: Node;
  readonly value?: Node;
  readonly options?: readonly (Node | string)[];
  readonly requirement?: number;
}

const noNul = "^[^\\u0000]*$";

/** An object whose only key is `secret`. */
const secretForm: JsonSchema = { type: "object", required: ["secret"], maxProperties: 1 };

/** What is used at several places. */
const definitions: JsonSchema = {
  text: { type: "string", minLength: 1, pattern: noNul },
  command: {
    type: "array",
    minItems: 1,
    items: [{ $ref: "#/definitions/text" }],
    additionalItems: { type: "string", pattern: noNul },
  },
  secret: {
    description:
      "Where the value is: an environment variable, a file, or what a program prints. Never the value.",
    type: "object",
    minProperties: 1,
    maxProperties: 1,
    additionalProperties: false,
    properties: {
      env: { $ref: "#/definitions/text" },
      file: { $ref: "#/definitions/text" },
      command: { $ref: "#/definitions/command" },
    },
  },
  value: {
    anyOf: [
      { ...secretForm, properties: { secret: { $ref: "#/definitions/secret" } } },
      {
        not: secretForm,
        items: { $ref: "#/definitions/value" },
        additionalProperties: { $ref: "#/definitions/value" },
      },
    ],
  },
};

export function configJsonSchema(): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "migrator.json",
    ...convert(configSchema() as GenericSchema as unknown as Node, []),
    definitions,
  };
}

/** Of a pipe each part says more than those before it. */
function convert(node: Node, path: readonly string[]): JsonSchema {
  const parts = (node.pipe ?? [node]).map((part): JsonSchema => {
    if (part.kind === "metadata") return part.metadata?.jsonSchema ?? {};
    if (part.kind === "schema") return part.pipe === undefined ? convertOwn(part, path) : convert(part, path);
    return part.type === "min_length" && part.requirement !== undefined ? { minItems: part.requirement } : {};
  });
  return Object.assign({}, ...parts);
}

function convertOwn(node: Node, path: readonly string[]): JsonSchema {
  switch (node.type) {
    // Its rule is code, and what that is in JSON Schema stands beside it.
    case "custom":
      return {};
    case "string":
    case "number":
    case "boolean":
      return { type: node.type };
    case "loose_object":
      return convertObject(node.entries ?? {}, path);
    case "record":
      return { type: "object", additionalProperties: convert(need(node.value), [...path, "*"]) };
    case "array":
      return { type: "array", items: convert(need(node.item), [...path, "*"]) };
    case "picklist":
      return { enum: (node.options ?? []).map(String) };
    case "union":
      return { anyOf: (node.options ?? []).map((option) => convert(option as Node, path)) };
    case "nullable":
      return { anyOf: [convert(need(node.wrapped), path), { type: "null" }] };
    case "optional":
      return {
        ...convert(need(node.wrapped), path),
        ...(node.default === undefined || node.default === null ? {} : { default: node.default }),
      };
    default:
      throw new Error(`${path.join(".")}: nobody said what ${node.type} is in JSON Schema`);
  }
}

/** Its rule refuses every other key. */
function convertObject(entries: Readonly<Record<string, Node>>, path: readonly string[]): JsonSchema {
  const properties = Object.entries(entries).map(([key, node]) => {
    const at = [...path, key];
    const description = keyDescriptions[at.join(".")];
    if (description === undefined) throw new Error(`${at.join(".")} has no description`);
    return [key, { description, ...convert(node, at) }] as const;
  });
  const required = Object.keys(entries).filter((key) => entries[key]?.type !== "optional");
  return {
    type: "object",
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(properties),
  };
}

function need(node: Node | undefined): Node {
  if (node === undefined) throw new Error("a schema is missing");
  return node;
}
