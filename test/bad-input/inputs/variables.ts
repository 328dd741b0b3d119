/** --var, --vars, and the files that they name. */
import { type BadInput, sound } from "../bad-input.ts";

const file = (name: string, text: string | Uint8Array, at: string, code = "usage"): BadInput => ({
  name,
  components: sound,
  files: { "vars.json": text },
  run: ["sync", "--vars", "vars.json"],
  exit: 2,
  gives: `${code} vars.json${at}`,
});
const option = (name: string, args: readonly string[], gives: string | readonly string[]): BadInput => ({
  name,
  components: sound,
  run: ["plan", ...args],
  exit: 2,
  gives,
});

export const variables: readonly BadInput[] = [
  file("a file that is never closed", '{ "a": [1, 2', ":1:8"),
  file("an empty file", "", ":1:1"),
  file("a file that holds a list", "\n[1]", ":2:1"),
  file("a name that no template can use", '{\n  "a": 1,\n  "b c": 2\n}', ":3:3"),
  file("a secret in plain sight", '{ "key": { "secret": "s3cret" } }', ":1:22"),
  file("a number that cannot be kept", '{ "a": 0.1234567890123456789 }', ":1:8"),
  file("a key that stands twice", '{ "a": 1, "a": 2 }', ":1:11"),
  file("UTF-16", Buffer.from('\ufeff{ "a": 1 }', "utf16le"), ":1:1", "file"),
  file("Latin-1", Buffer.from('{ "a": "caf\u00e9" }', "latin1"), ":1:12", "file"),
  file("ten thousand brackets", `{ "a": ${"[".repeat(10_000)}`, ":1:1007"),
  option("a file that is not there", ["--vars", "none.json"], "file none.json"),
  option("a folder for a file", ["--vars", "migrator"], "file migrator"),
  option("YAML", ["--vars", "vars.yaml"], "usage vars.yaml"),
  option("TOML", ["--vars", "vars.toml"], "usage vars.toml"),
  option("no value", ["--var", "retention"], "usage"),
  option("no name", ["--var", "=30"], "usage"),
  option("a name with a dash", ["--var", "my-name=1"], "usage"),
  option("a name that begins with a digit", ["--var", "1st=1"], "usage"),
  option(
    "several mistakes",
    ["--var", "a", "--vars", "none.json", "--var", "b-c=1"],
    ["file none.json", "usage", "usage"],
  ),
];
