/** `--help` of every command as a manual page, made of the command itself and of what pages.ts says of it. */
import type { Command, Help, Option } from "commander";
import type { Style } from "../report/style.ts";
import { type Entry, formatManual, type Section } from "./manual.ts";
import { commandGroups, environment, exitCodes, optionGroups, pages } from "./pages.ts";

/** For `configureHelp`; what subcommands have too where it is called before they are added. */
export function manualHelp(styleOf: () => Style): { formatHelp: (command: Command, helper: Help) => string } {
  return { formatHelp: (command, helper) => formatManual(manualOf(command, helper), styleOf()) };
}

/** The command's words without the program's name: `migration apply`; empty for the program. */
function wordsOf(command: Command): string {
  const words: string[] = [];
  for (let one: Command | null = command; one?.parent != null; one = one.parent) words.unshift(one.name());
  return words.join(" ");
}

function manualOf(command: Command, helper: Help): readonly Section[] {
  const words = wordsOf(command);
  const page = pages[words];
  const name = ["migrator", words].filter((word) => word !== "").join(" ");
  const commands = helper.visibleCommands(command).filter((one) => one.name() !== "help");
  const options = helper.visibleOptions(command);
  const about = words === "" ? overview : page?.about;
  const examples = words === "" ? firstSteps : (page?.examples ?? []);
  return [
    { title: "Name", text: `${name} - ${command.description()}` },
    { title: "Synopsis", text: helper.commandUsage(command) },
    ...(about === undefined ? [] : [{ title: "Description", text: about }]),
    ...(commands.length === 0 ? [] : [{ title: "Commands", groups: commandsOf(command, commands, helper) }]),
    ...(options.length === 0 ? [] : [{ title: "Options", groups: optionsOf(options, helper) }]),
    {
      title: "Examples",
      groups: [{ heading: "", entries: examples.map(({ run, does }) => ({ term: run, text: does })) }],
      apart: true,
    },
    ...(commands.length > 0 && words !== "" ? [] : [exits(words)]),
    ...(words === ""
      ? [
          {
            title: "Environment",
            groups: [{ heading: "", entries: environment.map(([term, text]) => ({ term, text })) }],
          },
        ]
      : []),
  ];
}

const overview =
  "Components are files below migrator/components/; sync brings a database to their state with the fewest drops that PostgreSQL allows. Migrations are folders below migrator/migrations/ that run once. Without a database an embedded one in .migrator/ is used. Every command has a page: migrator sync --help.";

const firstSteps = [
  { run: "migrator init --sample", does: "a small shop to play with" },
  { run: "migrator plan", does: "see what would happen" },
  { run: "migrator sync", does: "do it" },
  { run: "migrator watch", does: "do it at each save" },
];

function commandsOf(
  command: Command,
  commands: readonly Command[],
  helper: Help,
): NonNullable<Section["groups"]> {
  const entry = (one: Command): Entry => ({
    term: [one.name(), ...one.registeredArguments.map((argument) => helper.argumentTerm(argument))]
      .map((word, at) => (at === 0 ? word : bracketed(one, at - 1)))
      .join(" "),
    text: one.description(),
  });
  if (command.parent !== null) return [{ heading: "", entries: commands.map(entry) }];
  const listed = new Set(Object.values(commandGroups).flat());
  const others = commands.filter((one) => !listed.has(one.name()));
  const groups = Object.entries(commandGroups).map(([heading, names]) => ({
    heading,
    entries: names.flatMap((name) => commands.filter((one) => one.name() === name).map(entry)),
  }));
  return others.length === 0 ? groups : [...groups, { heading: "More", entries: others.map(entry) }];
}

function bracketed(command: Command, at: number): string {
  const argument = command.registeredArguments[at];
  if (argument === undefined) return "";
  const name = argument.name() + (argument.variadic ? "..." : "");
  return argument.required ? `<${name}>` : `[${name}]`;
}

function optionsOf(options: readonly Option[], helper: Help): NonNullable<Section["groups"]> {
  const entry = (option: Option): Entry => ({
    term: helper.optionTerm(option),
    text: helper.optionDescription(option),
  });
  const listed = new Map(
    Object.entries(optionGroups).flatMap(([heading, flags]) => flags.map((flag) => [flag, heading] as const)),
  );
  const headings = ["", ...Object.keys(optionGroups)];
  return headings.flatMap((heading) => {
    const own = options.filter((option) => (listed.get(option.long ?? "") ?? "") === heading);
    return own.length === 0 ? [] : [{ heading, entries: own.map(entry) }];
  });
}

function exits(words: string): Section {
  const { done, failed, usage, pendingOnRequest, drift } = exitCodes;
  const more =
    words === "" ? [pendingOnRequest, drift] : (pages[words]?.exits ?? []).map((code) => exitCodes[code]);
  const entries = [done, failed, usage, ...more].map(([term, text]) => ({ term, text }));
  return { title: "Exit status", groups: [{ heading: "", entries }] };
}
