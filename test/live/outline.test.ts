/** The short form of a component's facts says the same as the facts, and asks for them no more often than it must. */
import { beforeAll, describe, expect, test } from "vitest";
import { attachmentsHash } from "../../src/database/remember.ts";
import { type Assembled, assemble, unsettledTypes } from "../../src/live/assemble.ts";
import { type ComponentOutline, componentOf, outlineOf } from "../../src/live/outline.ts";
import { loadParser, parseComponent } from "../../src/sql/parse-component.ts";

const searchPath = ["public", "app"];

beforeAll(loadParser);

function parse(text: string, component = "a.sql") {
  const { parsed, mistakes } = parseComponent(component, text, { searchPath });
  expect(mistakes).toEqual([]);
  return parsed;
}

/** As it comes back from the memory. */
function outlined(text: string, component = "a.sql") {
  const parsed = parse(text, component);
  const outline = JSON.parse(JSON.stringify(outlineOf(parsed))) as ComponentOutline;
  let asked = 0;
  const restored = componentOf(component, outline, () => {
    asked++;
    return parsed;
  });
  return { parsed, restored, asked: () => asked };
}

/** What a comparison with the ledger looks at. */
function compared({ desired }: Assembled) {
  return [...desired.objects].map(([key, object]) => [
    key,
    object.hash,
    attachmentsHash(object),
    object.component,
  ]);
}

const everything = `
  create view public.v with (security_barrier) as select 1 as x;
  comment on view v is 'c';
  grant select (x) on v to public;
  create function app.f(a int, b text) returns int language sql as 'select 1';
  create trigger t before insert on app.log for each row execute function app.g();
  create materialized view m as select * from v;
  create index i on m (x);`;

describe("an outlined component", () => {
  test("equals the whole one", () => {
    const { parsed, restored } = outlined(everything);
    expect(parsed.objects).toHaveLength(4);
    expect(restored).toEqual({ ...parsed, settled: true });
  });

  test("is assembled and compared without its facts", () => {
    const { parsed, restored, asked } = outlined(everything);
    expect(unsettledTypes([restored])).toEqual(unsettledTypes([parsed]));
    const short = assemble([restored], searchPath, new Map());
    const whole = assemble([parsed], searchPath, new Map());
    expect(short.problems).toEqual([]);
    expect(compared(short)).toEqual(compared(whole));
    expect(asked()).toBe(0);
    expect(short.desired.objects).toEqual(whole.desired.objects);
    expect(asked()).toBeGreaterThan(0);
  });

  test("collides with another that declares the same, at the same place", () => {
    const pair = [
      outlined("create view v as select 1 as x", "a.sql"),
      outlined("\n\ncreate materialized view v as select 2 as x", "b.sql"),
    ];
    const short = pair.map(({ restored }) => restored);
    const whole = pair.map(({ parsed }) => parsed);
    const { problems } = assemble(short, searchPath, new Map());
    expect(problems.map(({ component, offset }) => [component, offset])).toEqual([
      ["b.sql", 2],
      ["a.sql", 0],
    ]);
    expect(problems).toEqual(assemble(whole, searchPath, new Map()).problems);
  });
});

test.each([
  [
    "a type that the database must place",
    "create function f(a my_type) returns int language sql as 'select 1'",
  ],
  ["a column's type", "create function f(a t.x%type) returns int language sql as 'select 1'"],
  [
    "a relation that may be another schema's",
    "create trigger t before insert on log for each row execute function app.f()",
  ],
  ["an attachment to another file's object", "create view v as select 1 as x; comment on view w is 'c'"],
  ["a view that reads itself", "create view v as select * from v"],
])("there is no outline with %s", (_, text) => {
  expect(outlineOf(parse(text))).toBeNull();
});
