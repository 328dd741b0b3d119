/** The desired state that follows changes is the one that is assembled from nothing. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { DeclaredObject, ParsedComponent } from "../../graph/declared.ts";
import type { Desired } from "../../graph/desired.ts";
import { identityKey } from "../../graph/identity.ts";
import type { Problem } from "../../graph/step.ts";
import { assemble, type NamedRelation, relationNames, unsettledTypes } from "../../src/live/assemble.ts";
import { createAssembly } from "../../src/live/incremental-assembly.ts";
import { loadParser, parseComponent } from "../../src/sql/parse-component.ts";

const searchPath = ["app", "public"];

/** Statements that get in each other's way: same names, attachments of others, types and relations of any schema. */
const statements = [
  "create view a as select 1 as x",
  "create view public.a as select 2 as x",
  "create materialized view a as select 3 as x",
  "create view b as select * from a",
  "create view c as select * from public.a, b",
  "create view d as select f(1), b.f from b",
  "create function f(x int) returns int language sql as 'select x from a'",
  "create function f(x text) returns int language plpgsql as 'begin return (select x from b); end'",
  "create function public.f(x mood) returns int language sql as 'select 1'",
  "create function g(m mood, n a) returns int language sql as 'select f(1)'",
  "create procedure g(m int) language sql as 'select 1'",
  "create trigger t instead of insert on a for each row execute function h()",
  "create trigger t instead of insert on public.a for each row execute function h()",
  "create trigger t before insert on base for each row execute function h()",
  "create function h() returns trigger language plpgsql as 'begin return new; end'",
  "create policy t on base using (f(1) = 1)",
  "grant select on a to bob",
  "grant select on public.a to bob",
  "comment on view b is 'b'",
  "comment on function g(mood, a) is 'g'",
  "comment on function f is 'f'",
  "comment on trigger t on a is 't'",
  "comment on policy t on base is 'p'",
  "create view a as select * from a",
];

const component = fc.constantFrom("a.sql", "b.sql", "c.sql", "d.sql", "e.sql");
const texts = fc.option(fc.subarray(statements, { maxLength: 4 }).map((list) => list.join(";\n")));
const answers = fc.record({
  mood: fc.constantFrom(undefined, "app.mood", "public.mood"),
  relations: fc.subarray([
    { schema: "public", name: "base" },
    { schema: "app", name: "base" },
    { schema: "app", name: "b" },
    { schema: "public", name: "b" },
  ]),
});
const scripts = fc.array(fc.record({ changes: fc.dictionary(component, texts, { maxKeys: 4 }), answers }), {
  minLength: 1,
  maxLength: 8,
});

beforeAll(loadParser);

describe("an assembly that follows changes", () => {
  it("is what assembling everything gives", () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const assembly = createAssembly(searchPath, new Set());
        const present = new Map<string, ParsedComponent>();
        let before = new Map<string, DeclaredObject>();
        // What the database says holds for the whole script: a name that is not asked about again may not change.
        const [{ answers: database }] = script as [(typeof script)[number]];
        const types = new Map(database.mood === undefined ? [] : [["mood", database.mood]]);
        for (const { changes } of script) {
          const list = Object.entries(changes).map(([name, text]) => ({
            component: name,
            parsed: text === null ? null : parseComponent(name, text, { searchPath }).parsed,
          }));
          const parsed = list.flatMap((change) => change.parsed ?? []);
          const touched = assembly.update(list, {
            types: new Map([...types].filter(([name]) => unsettledTypes(parsed).has(name))),
            relations: named(database.relations, parsed),
          });
          for (const change of list) {
            if (change.parsed === null) present.delete(change.component);
            else present.set(change.component, change.parsed);
          }
          const all = [...present].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
          // A relation that was declared and is dropped hides nothing any more.
          const whole = assemble(all, searchPath, types, named(database.relations, all));
          if (database.relations.every(({ name }) => name === "base"))
            expect(describeState(assembly.desired)).toEqual(describeState(whole.desired));
          expect(withoutOrder(assembly.problems())).toEqual(withoutOrder(whole.problems));
          expect([...assembly.desired.objects.keys()].sort()).toEqual(
            [...whole.desired.objects.keys()].sort(),
          );
          // Whatever differs from before is among what was touched.
          for (const [key, object] of whole.desired.objects) {
            if (text(before.get(key)) !== text(object)) expect(touched.has(key)).toBe(true);
          }
          for (const key of before.keys()) {
            if (!whole.desired.objects.has(key)) expect(touched.has(key)).toBe(true);
          }
          before = new Map(whole.desired.objects);
        }
      }),
      { verbose: true, numRuns: 300 },
    );
  });

  it("settles arguments again when a type comes to mean another one", () => {
    const assembly = createAssembly(["app"], new Set());
    const parse = (name: string, sql: string) => parseComponent(name, sql, { searchPath: ["app"] }).parsed;
    const f = parse("f.sql", "create function f(m mood) returns int language sql as 'select 1'");
    assembly.update([{ component: "f.sql", parsed: f }], { types: new Map(), relations: [] });
    const g = parse("g.sql", "create function g(m mood) returns int language sql as 'select 1'");
    const touched = assembly.update([{ component: "g.sql", parsed: g }], {
      types: new Map([["mood", "other.mood"]]),
      relations: [],
    });
    const keys = ["f", "g"].map((name) =>
      identityKey({ kind: "function", schema: "app", name, arguments: ["other.mood"] }),
    );
    expect([...assembly.desired.objects.keys()].sort()).toEqual(keys);
    expect(keys.every((key) => touched.has(key))).toBe(true);
  });

  it("leaves out what untracked components declare", () => {
    const assembly = createAssembly(["app"], new Set(["a.sql"]));
    const parsed = parseComponent("a.sql", "create view a as select 1 as x", { searchPath: ["app"] }).parsed;
    assembly.update([{ component: "a.sql", parsed }], { types: new Map(), relations: [] });
    expect(assembly.desired.objects.size).toBe(0);
  });
});

function named(relations: readonly NamedRelation[], components: readonly ParsedComponent[]) {
  const names = new Set(relationNames(components));
  return relations.filter(({ name }) => names.has(name));
}

function text(object: DeclaredObject | undefined): string | undefined {
  return object === undefined ? undefined : JSON.stringify(object);
}

function describeState(desired: Desired) {
  const keys = [...desired.objects.keys()].sort();
  return keys.map((key) => ({
    object: desired.objects.get(key),
    needs: edges(desired.needs(key)),
    neededBy: edges(desired.neededBy(key)),
  }));
}

/** The order of equal edges says nothing. */
function edges(list: readonly object[]): readonly string[] {
  return list.map((edge) => JSON.stringify(edge)).sort();
}

function withoutOrder(problems: readonly Problem[]): readonly string[] {
  return problems.map((problem) => JSON.stringify(problem)).sort();
}
