/** What each key of migrator.json means, for editors and for the reference: by its path, with `*` for any name. */
export const keyDescriptions: Readonly<Record<string, string>> = {
  $schema: "The JSON Schema of this file, for editors; the tool does not read it.",
  targets: "Databases by name, chosen with --target.",
  "targets.*.url": 'Its connection URL, or { "env": "NAME" } for the environment variable that holds it.',
  "targets.*.allow": "Costs that a plan may run up on it without --allow; none where it is protected.",
  "targets.*.components":
    '"live": the components follow the files. "migrated": only migrations change the database.',
  "targets.*.protected": "Whoever changes it confirms with --yes; nothing that costs is allowed unasked.",
  "targets.*.variables": "Values for templates on this target; they replace those of the project by name.",
  defaultTarget: "The target without --target, --database-url, DATABASE_URL and the PG* variables.",
  modules: "Folders of migrations, each with a name of its own; by default migrator/migrations.",
  "modules.*.name": "What the ledger knows the module by; it never changes.",
  "modules.*.path": "The folder of its migrations, relative to this file.",
  project: "The name that objects of this project have in the ledger; by default the folder's.",
  searchPath: "The search_path with which components are read; what has no schema is made in the first one.",
  variables:
    'Values for templates. { "secret": { "env": "NAME" } }, { "file": … } or { "command": […] } declares a secret.',
  variableFiles: "JSON, YAML or TOML files with more values, later over earlier.",
  variableSchema: "A JSON Schema for the variables, or the file that holds one.",
  env: "Names of environment variables that templates may read with env().",
  matrices: "What the same files are for: tenants, regions. Each gives its values from one source.",
  ledgerSchema: "The schema of the tool's own tables.",
  allow: "Costs that a plan may run up without --allow.",
  lockTimeout:
    "Milliseconds that a statement waits for a lock before the run lets go of its own and tries anew.",
  lockRetries: "How often it tries anew.",
  shadow:
    'Where migrations are replayed: "embedded", "server" for a database beside the target, or a connection.',
};
