import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { generateUuid, uuidV5 } from "../../src/template/uuid.ts";
import { mistakeOf, render, renderText } from "./support.ts";

const data: Readonly<Record<string, string>> = {
  "data/a.txt": "it's\n",
  "data/a.json": '{ "list": [1, { "b": null }], "big": 1 }',
  "data/a.csv": '\ufeffid,name\r\n1,"O\'Brien, ""Bob"""\r\n2,\n',
};
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function files() {
  const asked: [string, string][] = [];
  return {
    asked,
    readFile: (path: string, from: string) => {
      asked.push([path, from]);
      const bytes = path === "data/bytes" ? Uint8Array.from([0, 255]) : Buffer.from(data[path] ?? "");
      return { name: path, bytes };
    },
  };
}

test("files are read as texts, data and bytes, and told with their hashes", () => {
  const services = files();
  const rendered = render(
    `{{ read_file("data/a.txt") }} {{ read_json("data/a.json").list }}
{% for row in read_csv("data/a.csv") %}{{ row.id }} {{ row.name }} {% endfor %}{{ read_bytes("data/bytes") }} {{ read_bytes("data/bytes") | sha256 }}`,
    { services },
  );
  expect(rendered.text).toBe(
    `'it''s\n' ARRAY[1, '{"b":null}'::jsonb]\n'1' 'O''Brien, "Bob"' '2' '' E'\\\\x00ff'::bytea '${createHash(
      "sha256",
    )
      .update(Uint8Array.from([0, 255]))
      .digest("hex")}'`,
  );
  expect(rendered.reads).toEqual([
    { name: "data/a.csv", sha256: sha256(data["data/a.csv"] ?? "") },
    { name: "data/a.json", sha256: sha256(data["data/a.json"] ?? "") },
    { name: "data/a.txt", sha256: sha256("it's\n") },
    {
      name: "data/bytes",
      sha256: createHash("sha256")
        .update(Uint8Array.from([0, 255]))
        .digest("hex"),
    },
  ]);
});

test("a path is asked for together with the template that calls, through includes and macros", () => {
  const services = files();
  render(
    {
      "a.sql.jinja":
        '{% from "m/_m.jinja" import m %}{% include "i/_i.jinja" %} {{ m() }} {{ read_file("./x") }}',
      "i/_i.jinja": '{{ read_file("./x") }}',
      "m/_m.jinja": '{% macro m() %}{{ read_file("./x") }}{% endmacro %}',
    },
    { services },
  );
  expect(services.asked.slice(0, 3)).toEqual([
    ["./x", "i/_i.jinja"],
    ["./x", "m/_m.jinja"],
    ["./x", "a.sql.jinja"],
  ]);
});

test("a function is no filter, no variable and no macro of the same name", () => {
  const variables = { env: "prod", o: { env: "x" } };
  expect(
    renderText("{{ env }} {{ o.env }} {% macro uuid_v4(x) %}m{{ x }}{% endmacro %}{{ uuid_v4(1) }}", {
      variables,
    }),
  ).toBe("'prod' 'x' m1");
  const imported = {
    "a.sql.jinja": '{% from "_m.jinja" import env %}{{ env(1) }}',
    "_m.jinja": "{% macro env(x) %}m{{ x }}{% endmacro %}",
  };
  expect(renderText(imported)).toBe("m1");
});

test("environment variables, with a value for where one is not set", () => {
  const services = { environment: (name: string) => (name === "CI" ? "true" : undefined) };
  const rendered = render("{{ env('CI') }} {{ env('NO', 'x') }}", { services });
  expect(rendered.text).toBe("'true' 'x'");
  expect(rendered.environment).toEqual(["CI", "NO"]);
  expect(mistakeOf("\n{{ env('NO') }}", { services })).toMatchObject({ line: 2, column: 4 });
});

test("values that differ each time are told in their order, and a render is made of them alone", () => {
  let next = 0;
  const services = { generate: () => `00000000-0000-4000-8000-00000000000${next++}` };
  const rendered = render("{{ uuid_v4() }} {{ uuid_v7() }} 'it''s' {{ 'x' }}\nselect 1", { services });
  expect(rendered.generated).toEqual([
    "00000000-0000-4000-8000-000000000000",
    "00000000-0000-4000-8000-000000000001",
  ]);
  expect(rendered.text).toContain(
    "'00000000-0000-4000-8000-000000000000' '00000000-0000-4000-8000-000000000001'",
  );
  // Rendering again to find a place or to check quotes asks for no more.
  expect(rendered.locate(rendered.text.length)).toMatchObject({ line: 2 });
  expect(next).toBe(2);
  expect(() => mistakeOf("{{ uuid_v4() }} '{{ 'x' }}'", { services })).not.toThrow();
  expect(next).toBe(3);
});

test("UUIDs by RFC 9562", () => {
  expect(uuidV5("dns", "python.org")).toBe("886313e1-3b8a-5372-9b90-0c9aee199e5d");
  expect(uuidV5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com")).toBe(
    "2ed6657d-e927-568b-95e1-2665a8aea6a2",
  );
  expect(uuidV5("toString", "x")).toBeUndefined();
  expect(generateUuid("uuid_v4")).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  const before = Date.now();
  const uuid = generateUuid("uuid_v7");
  expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const time = Number.parseInt(uuid.replaceAll("-", "").slice(0, 12), 16);
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(Date.now());
});

test("the variables that a text may depend on", () => {
  const variables = { a: 1, b: 2, c: { d: 3 }, unused: 4, e: 5 };
  const used = render(
    {
      "a.sql.jinja": "{{ a }}{% if b is defined %}{% endif %}{% include '_i.jinja' %}",
      "_i.jinja": "{{ c.d | default(1) }}{{ c['e'] | default(e) }}",
    },
    { variables },
  );
  expect(used.variables).toEqual(["a", "b", "c", "e"]);
});

test("a component that a migration pinned is no template under that name: what was built is given", () => {
  const files = {
    "up.sql.jinja":
      '{% include "v/a.sql.jinja@20240802030220-x" %}{% include "v/b.sql@app/20240802030220-x" %}',
    "v/a.sql.jinja@20240802030220-x": "{{ 'a' }}",
    "v/b.sql@app/20240802030220-x": "{{ 'b' }}",
  };
  expect(renderText(files, { name: "up.sql.jinja" })).toBe("{{ 'a' }}{{ 'b' }}");
});
