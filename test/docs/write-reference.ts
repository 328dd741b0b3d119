/** The reference in docs/reference/, made from the commands as the command line knows them and from the schema of migrator.json. */
import type { Argument, Command, Option } from "commander";
import { createProgram } from "../../src/commands/program.ts";
import type { JsonValue } from "../../src/config/json.ts";
import { configJsonSchema } from "../../src/config/json-schema.ts";
import type { JsonSchema } from "../../src/config/json-schema-value.ts";

/** Texts by the names of their files. */
export function writeReference(): ReadonlyMap<string, string> {
  const nowhere = { stdout: { write: () => true }, stderr: { write: () => true }, env: {} };
  const program = createProgram({ folder: "/", env: {}, process: nowhere }).commands();
  const commands = program.commands.filter((command) => command.name() !== "help");
  const common = commonOptions(commands.flatMap(leaves));
  return new Map([
    ["README.md", index(program, commands, common)],
    ...commands.map((command) => [`${command.name()}.md`, page(command, common)] as const),
    ["configuration.md", configuration(configJsonSchema())],
  ]);
}

const note =
  "<!-- Made from the commands by `UPDATE=1 npx vitest run test/docs/reference.test.ts`; changes here are lost. -->\n";

function leaves(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

/** The flags of the options that every command has. */
function commonOptions(commands: readonly Command[]): ReadonlySet<string> {
  const [first, ...others] = commands.map(({ options }) => options.map(({ flags }) => flags));
  return new Set((first ?? []).filter((flags) => others.every((list) => list.includes(flags))));
}

function index(program: Command, commands: readonly Command[], common: ReadonlySet<string>): string {
  const rows = commands.flatMap((command) =>
    leaves(command).map(
      (leaf) => `| [\`${nameOf(leaf)}\`](${command.name()}.md) | ${cell(leaf.description())} |`,
    ),
  );
  const options = (leaves(program)[0]?.options ?? []).filter(({ flags }) => common.has(flags));
  return `${note}
# Commands

\`migrator\` ${cell(program.description())}.

| command | does |
|---|---|
${rows.join("\n")}

The settings of a project are in [configuration.md](configuration.md).

## Options of all commands

${optionTable(options)}

## Exit codes

| code | means |
|---|---|
| 0 | done, or nothing to do |
| 1 | failed |
| 2 | the command line or the configuration is wrong |
| 3 | with \`--exit-code\`: something is pending |
| 4 | drift stopped a \`sync\` or \`apply\`; with \`--exit-code\`: there is drift |
`;
}

function page(command: Command, common: ReadonlySet<string>): string {
  const parts = leaves(command).map((leaf) => section(leaf, common, leaf === command ? 1 : 2));
  const head =
    command.commands.length === 0 ? "" : `# ${command.name()}\n\n${sentence(command.description())}\n\n`;
  return `${note}\n${head}${parts.join("\n")}`;
}

function section(command: Command, common: ReadonlySet<string>, depth: number): string {
  const own = command.options.filter(({ flags }) => !common.has(flags));
  const words = command.registeredArguments.map(argumentText);
  const usage = ["migrator", nameOf(command), ...(own.length > 0 ? ["[options]"] : []), ...words].join(" ");
  const options = own.length === 0 ? "" : `\n${optionTable(own)}\n`;
  return `${"#".repeat(depth)} ${nameOf(command)}

${sentence(command.description())}

\`\`\`
${usage}
\`\`\`
${options}
It takes the [options of all commands](README.md#options-of-all-commands), too.
`;
}

function nameOf(command: Command): string {
  const { parent } = command;
  return parent === null || parent.parent === null ? command.name() : `${nameOf(parent)} ${command.name()}`;
}

function argumentText(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function optionTable(options: readonly Option[]): string {
  const rows = options.map(({ flags, description, argChoices }) => {
    const choices = argChoices === undefined ? "" : ` (${argChoices.join(", ")})`;
    return `| \`${flags.replaceAll("|", "\\|")}\` | ${cell(description)}${choices} |`;
  });
  return ["| option | |", "|---|---|", ...rows].join("\n");
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function cell(text: string): string {
  return text
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;")
    .replaceAll(/`([^`]*)`/g, (code) => code.replaceAll("&lt;", "<"));
}

function configuration(schema: JsonSchema): string {
  const rows = keysOf(schema, schema, "");
  return `${note}
# migrator.json

All of it is optional. \`"$schema": "./node_modules/migrator/schema/migrator.schema.json"\` makes an editor complete and check it;
\`migrator init\` writes that where the package is installed.

| key | type | default | |
|---|---|---|---|
${rows.join("\n")}
`;
}

function keysOf(schema: JsonSchema, node: JsonSchema, above: string): readonly string[] {
  const properties = (node.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
  return Object.entries(properties).flatMap(([key, one]) => {
    const path = above === "" ? key : `${above}.${key}`;
    const standard = one.default === undefined ? "" : `\`${JSON.stringify(one.default)}\``;
    const row = `| \`${path}\` | ${cell(typeOf(schema, one))} | ${cell(standard)} | ${cell(String(one.description ?? ""))} |`;
    const inner = [one.items, one.additionalProperties].filter(isSchema);
    return [
      row,
      ...inner.flatMap((member) => keysOf(schema, member, `${path}.*`)),
      ...keysOf(schema, one, path),
    ];
  });
}

function isSchema(value: JsonValue | undefined): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value) && "properties" in value;
}

function typeOf(schema: JsonSchema, node: JsonSchema): string {
  if (typeof node.$ref === "string") {
    const definitions = schema.definitions as Readonly<Record<string, JsonSchema>>;
    return typeOf(schema, definitions[node.$ref.split("/").at(-1) ?? ""] ?? {});
  }
  if (Array.isArray(node.enum)) return node.enum.map((value) => `\`${JSON.stringify(value)}\``).join(" or ");
  if (Array.isArray(node.anyOf))
    return [...new Set(node.anyOf.map((one) => typeOf(schema, one as JsonSchema)))].join(" or ");
  const names: Readonly<Record<string, string>> = {
    string: "text",
    array: "list",
    boolean: "true or false",
    integer: "whole number",
  };
  return names[String(node.type)] ?? String(node.type ?? "anything");
}
