/** Changes to the files of `schema/`, each of another kind, and what that makes of what hangs in the database. */

export interface SchemaEdit {
  readonly name: string;
  /** Replacements in components.sql, each of which must be found. */
  readonly components: readonly (readonly [string, string])[];
  /** How attachments.sql reads for the new files: statements about a column or signature that has another name now. */
  readonly attachments?: readonly (readonly [string, string])[];
  /** What somebody does in the database before the change. */
  readonly before?: readonly string[];
  /** The database's settings as the change is made. */
  readonly settings?: Readonly<Record<string, string>>;
}

export const edits: readonly SchemaEdit[] = [
  {
    name: "nothing changes",
    components: [],
  },
  {
    name: "a column at the bottom gets another type, and all levels with it",
    components: [
      ["select id, name, amount, note from", "select id, name, amount::float8 as amount, note from"],
    ],
  },
  {
    name: "a column gets another type in the middle of the chain",
    components: [["select id, name, amount from app.v1", "select id, name::varchar(20), amount from app.v1"]],
  },
  {
    name: "a column that nobody reads goes",
    components: [["id, name, amount, note from", "id, name, amount from"]],
    attachments: [["grant update (amount, note) on", "grant update (amount) on"]],
  },
  {
    name: "columns are put in another order",
    components: [["select id, name, amount, note from", "select name, id, amount, note from"]],
  },
  {
    name: "a column is renamed in place",
    components: [["amount, note from", "amount, note as remark from"]],
    attachments: [["update (amount, note)", "update (amount, remark)"]],
  },
  {
    name: "a column is appended",
    components: [["amount, note from", "amount, note, 1 as extra from"]],
  },
  {
    name: "a view keeps its shape",
    components: [["note from app.account", "note from app.account where id > 0"]],
  },
  {
    name: "a view's declared option goes",
    components: [["app.v2 with (security_barrier) as", "app.v2 as"]],
  },
  {
    name: "a materialized view gets another query",
    components: [
      ["as select id, name, amount from app.v2", "as select id, name, amount from app.v2 where id > 1"],
    ],
  },
  {
    name: "all is made anew in a session with a tablespace and an access method of its own",
    components: [
      ["select id, name, amount, note from", "select name, id, amount, note from"],
      ["as select id, name, amount from app.v2", "as select id, name, amount from app.v2 where id > 1"],
    ],
    settings: { default_tablespace: "proof_space", default_table_access_method: "heap2" },
  },
  {
    name: "a materialized view's column gets another type",
    components: [
      ["as select id, name, amount from app.v2", "as select id, name, amount::float8 from app.v2"],
    ],
  },
  {
    name: "a column of a materialized view is renamed",
    components: [
      ["select id, amount, name || '!' as loud from", "select id, amount, name || '!' as louder from"],
      ["select id, loud from", "select id, louder as loud from"],
    ],
    attachments: [
      ["grant select (loud) on app.m2", "grant select (louder) on app.m2"],
      ["comment on column app.m2.loud", "comment on column app.m2.louder"],
      ["app.m2 alter column loud", "app.m2 alter column louder"],
      ["(lower(loud)) from app.m2", "(lower(louder)) from app.m2"],
    ],
  },
  {
    name: "a materialized view is filled that was empty",
    components: [["from app.m2 with no data", "from app.m2 where true"]],
  },
  {
    name: "a materialized view is filled that was empty, and keeps its query",
    components: [["from app.m2 with no data", "from app.m2"]],
  },
  {
    name: "a view becomes a materialized view",
    components: [["create view app.v3", "create materialized view app.v3"]],
    attachments: [["alter view app.v3 alter column id set default 3;", ""]],
    before: ["alter view app.v3 alter column id drop default"],
  },
  {
    name: "a materialized view becomes a view",
    components: [
      [
        "create materialized view app.m3 as select id, loud from app.m2 with no data",
        "create view app.m3 as select id, loud from app.m2",
      ],
    ],
    attachments: [["create index m3_loud on app.m3 (loud);", ""]],
    before: ["drop index app.m3_loud"],
  },
  {
    name: "a function gets another body",
    components: [["return value * 2", "return value * 3"]],
  },
  {
    name: "a function's argument gets another name",
    components: [
      [
        "app.rate(value integer) returns integer language sql immutable return value * 2",
        "app.rate(number integer) returns integer language sql immutable return number * 2",
      ],
    ],
  },
  {
    name: "a function gets another result",
    components: [
      [
        "returns integer language sql immutable return value * 2",
        "returns bigint language sql immutable return value * 2::bigint",
      ],
    ],
  },
  {
    name: "a function with every attribute gets another result",
    components: [
      ["out c text) language plpgsql", "out d text) language plpgsql"],
      ["begin c := a || b", "begin d := a || b"],
    ],
  },
  {
    name: "a function loses its attributes, which its file says",
    components: [
      [
        "stable strict security definer parallel safe cost 7 set search_path to app, public set work_mem to '8MB'",
        "stable",
      ],
    ],
  },
  {
    name: "an aggregate starts elsewhere",
    components: [["initcond = '0'", "initcond = '1'"]],
  },
  {
    name: "an aggregate's state gets another type",
    components: [
      [
        "(sfunc = app.add_up, stype = integer, initcond = '0', parallel = safe)",
        "(sfunc = int4_sum, stype = bigint, parallel = safe)",
      ],
    ],
  },
  {
    name: "a function takes another type, and what hung on it passes on",
    components: [
      [
        "(value integer) returns integer language sql immutable return",
        "(value numeric) returns numeric language sql immutable return",
      ],
    ],
    attachments: [
      ["function app.rate(integer) owner", "function app.rate(numeric) owner"],
      ["on function app.rate(integer) from public", "on function app.rate(numeric) from public"],
      ["on function app.rate(integer) to bob", "on function app.rate(numeric) to bob"],
      ["on function app.rate(integer) to carol", "on function app.rate(numeric) to carol"],
      ["on function app.rate(integer) is", "on function app.rate(numeric) is"],
      ["function app.rate(integer) depends", "function app.rate(numeric) depends"],
    ],
  },
  {
    name: "a procedure gets another body",
    components: [["perform one.id", "perform one.name"]],
  },
  {
    name: "an event trigger's function gets another body",
    components: [
      [
        "app.watched() returns event_trigger language plpgsql as $$ begin end $$",
        "app.watched() returns event_trigger language plpgsql as $$ begin null; end $$",
      ],
    ],
  },
  {
    name: "a trigger and a rule change",
    components: [
      ["app.store('declared')", "app.store('changed')"],
      ["where id = old.id", "where id = old.id and true"],
    ],
  },
  {
    name: "a constraint trigger changes",
    components: [["new.amount > 0", "new.amount > 1"]],
  },
  {
    name: "a policy changes in place",
    components: [["app.rate(id) > 0", "app.rate(id) > 5"]],
  },
  {
    name: "a policy is made for another command",
    components: [["for select to public", "for update to public"]],
  },
];

/** @throws where a text to replace is not there once */
export function replaced(text: string, replacements: readonly (readonly [string, string])[]): string {
  return replacements.reduce((now, [from, to]) => {
    if (now.split(from).length !== 2) throw new Error(`${JSON.stringify(from)} is not there once`);
    return now.replace(from, () => to);
  }, text);
}
