/** What `parseMatrices` takes, as JSON Schema for editors; a test compares the two. */
import type { JsonSchema } from "../config/json-schema-value.ts";
import { sources } from "./matrix-source.ts";
import { takenNames } from "./taken-names.ts";

/** The schema calls it `value`: any JSON, in which what has the form of a secret is one. */
const value: JsonSchema = { $ref: "#/definitions/value" };
const text: JsonSchema = { $ref: "#/definitions/text" };

const name = "^[A-Za-z_][A-Za-z0-9_]*$";

const matrixSchema: JsonSchema = {
  type: "object",
  additionalProperties: false,
  oneOf: sources.map((source) => ({ required: [source] })),
  dependencies: {
    insert: ["query"],
    delete: ["query"],
    cross: { not: { anyOf: [{ required: ["of"] }, { required: ["key"] }] } },
  },
  properties: {
    values: {
      description: 'The values themselves: texts, or objects with members such as "schema" and "region".',
      type: "array",
      items: { anyOf: [{ not: { type: "object" } }, value] },
    },
    file: {
      description: "A CSV, JSON, YAML or TOML file of the project with the values, relative to its root.",
      ...text,
    },
    query: {
      description:
        "A query that gives a row for each value; it runs in a read-only transaction of the target.",
      ...text,
    },
    insert: {
      description:
        "What `tenant add` runs to write a value that the query reads; the key is $1, members are :name.",
      ...text,
    },
    delete: { description: "What `tenant remove` runs; the key is $1.", ...text },
    command: {
      description: "A program and its arguments, run without a shell, that prints the values.",
      $ref: "#/definitions/command",
    },
    schemas: { description: "The schemas of the target whose names match, with * and ?.", ...text },
    cross: {
      description: "Two or more other matrices: every combination of their values.",
      type: "array",
      minItems: 2,
      uniqueItems: true,
      items: { type: "string" },
    },
    key: {
      description: 'The member that tells values apart; else "schema", "name", or the first one.',
      ...text,
    },
    variables: {
      description:
        "Members of every value that has not its own; {key} stands for its key, {member} for a member.",
      type: "object",
      propertyNames: { pattern: name },
      additionalProperties: value,
    },
    variableSchema: {
      description: "A JSON Schema for the members, or the file that holds one.",
      anyOf: [{ type: "object" }, text],
    },
    development: { description: "The key of the value that `watch` looks at first.", ...text },
    of: { description: "Another matrix: the source is asked once for each of its values.", ...text },
  },
};

export const matricesSchema: JsonSchema = {
  type: "object",
  propertyNames: { pattern: name, not: { enum: [...takenNames] } },
  additionalProperties: matrixSchema,
};
