/** What a role may lack, and the statements that the tool must name for it. */

/** ME stands for the role that syncs, OTHER for one that it is no member of, DB for the database. */
interface Situation {
  readonly name: string;
  /** As superuser, before anything. */
  readonly before?: string;
  /** Synced by the superuser; `handed` then says who owns what. */
  readonly synced?: Readonly<Record<string, string>>;
  readonly handed?: string;
  /** It is the role itself that syncs `synced`. */
  readonly byMe?: true;
  readonly components: Readonly<Record<string, string>>;
  /** The statements that the tool names, round by round; none where it must simply work. */
  readonly mends: readonly (readonly string[])[];
  /** On 15, where it is otherwise. */
  readonly mends15?: readonly (readonly string[])[];
  readonly only?: 15 | 18;
}

export const base = `create table t (id int primary key, a int, b text); create schema s; grant usage on schema public to ME;
grant create on database DB to ME`;
const ledger = "create schema migrator authorization ME";
const join = (role: string) => `GRANT ${role} TO ME WITH INHERIT TRUE, SET TRUE`;
const join15 = (role: string) => `GRANT ${role} TO ME`;

export const situations: readonly Situation[] = [
  {
    name: "CREATE on a schema, once for all that is made in it",
    components: {
      "v.sql": "create view s.v as select 1 as x;",
      "w.sql": "create view s.w as select 1 as x;",
      "f.sql": "create function s.f() returns int language sql as 'select 1';",
    },
    mends: [["GRANT USAGE ON SCHEMA s TO ME", "GRANT CREATE ON SCHEMA s TO ME"]],
  },
  {
    name: "CREATE on the database, for the ledger's schema",
    before: "revoke create on database DB from ME; grant create on schema public to ME",
    components: { "v.sql": "create view v as select 1 as x;" },
    mends: [["GRANT CREATE ON DATABASE DB TO ME"]],
  },
  {
    name: "a ledger's schema that somebody made for it is enough",
    before: `revoke create on database DB from ME; grant create on schema public to ME; ${ledger}`,
    components: { "v.sql": "create view v as select 1 as x;" },
    mends: [],
  },
  {
    name: "a ledger's schema where nothing can be made",
    before: "create schema migrator; grant create on schema public to ME",
    components: { "v.sql": "create view v as select 1 as x;" },
    mends: [["GRANT USAGE ON SCHEMA migrator TO ME", "GRANT CREATE ON SCHEMA migrator TO ME"]],
  },
  {
    name: "somebody else's ledger that cannot be read",
    synced: { "v.sql": "create view v as select 1 as x;" },
    handed: "alter view v owner to ME; grant create on schema public to ME",
    components: { "v.sql": "create view v as select 2 as x;" },
    mends: [
      [
        "GRANT USAGE ON SCHEMA migrator TO ME",
        "GRANT SELECT, INSERT, UPDATE ON TABLE migrator.project TO ME",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE migrator.object TO ME",
        "GRANT SELECT, INSERT ON TABLE migrator.run TO ME",
      ],
    ],
  },
  {
    name: "somebody else's ledger that cannot be written",
    synced: { "v.sql": "create view v as select 1 as x;" },
    handed:
      "alter view v owner to ME; grant create on schema public to ME; grant usage on schema migrator to ME; grant select on all tables in schema migrator to ME",
    components: { "v.sql": "create view v as select 2 as x;" },
    mends: [
      [
        "GRANT INSERT, UPDATE ON TABLE migrator.project TO ME",
        "GRANT INSERT, UPDATE, DELETE ON TABLE migrator.object TO ME",
        "GRANT INSERT ON TABLE migrator.run TO ME",
      ],
    ],
  },
  {
    name: "a view, a function and a materialized view of another role",
    before: "grant create, usage on schema public to OTHER",
    synced: {
      "v.sql": "create view v as select 1 as x;",
      "f.sql": "create function f(int) returns int language sql as 'select 1';",
      "m.sql": "create materialized view m as select 1 as x;",
    },
    handed:
      "alter view v owner to OTHER; alter function f(int) owner to OTHER; alter materialized view m owner to OTHER; LEDGER",
    components: {
      "v.sql": "create view v as select 2 as x;",
      "f.sql": "create function f(int) returns int language sql as 'select 2';",
      "m.sql": "create materialized view m as select 2 as x;",
    },
    mends: [[join("OTHER")]],
    mends15: [[join15("OTHER")]],
  },
  {
    name: "what a superuser owns is given over; membership would give away more",
    synced: {
      "v.sql": "create view v as select 1 as x;",
      "f.sql": "create function f(int) returns int language sql as 'select 1';",
    },
    handed: "grant create on schema public to ME; LEDGER",
    components: {
      "v.sql": "create view v as select 2 as x;",
      "f.sql": "create function f(int) returns int language sql as 'select 2';",
    },
    mends: [["ALTER VIEW public.v OWNER TO ME", "ALTER FUNCTION public.f(integer) OWNER TO ME"]],
  },
  {
    name: "the owner of a schema may drop what others own in it",
    synced: { "v.sql": "create view s.v as select 1 as x;", "w.sql": "create view s.w as select 1 as x;" },
    handed: "alter schema s owner to ME; alter view s.w owner to ME; alter view s.v owner to OTHER; LEDGER",
    components: { "w.sql": "create view s.w as select 1 as x;" },
    mends: [],
  },
  {
    name: "a removed view of another role",
    before: "grant create, usage on schema public to OTHER",
    synced: { "v.sql": "create view v as select 1 as x;", "w.sql": "create view w as select 1 as x;" },
    handed: "alter view v owner to OTHER; LEDGER",
    components: { "w.sql": "create view w as select 1 as x;" },
    mends: [[join("OTHER")]],
    mends15: [[join15("OTHER")]],
  },
  {
    name: "OWNER TO a role that it is no member of, and that may make nothing there",
    before: "grant create on schema public to ME",
    components: { "v.sql": "create view v as select 1 as x;\nalter view v owner to OTHER;" },
    mends: [[join("OTHER"), "GRANT CREATE ON SCHEMA public TO OTHER"]],
    mends15: [[join15("OTHER"), "GRANT CREATE ON SCHEMA public TO OTHER"]],
  },
  {
    name: "OWNER TO a role whose membership has no SET option",
    only: 18,
    before: "grant create on schema public to ME, OTHER; grant OTHER to ME with inherit true, set false",
    components: { "v.sql": "create view v as select 1 as x;\nalter view v owner to OTHER;" },
    mends: [[join("OTHER")]],
  },
  {
    name: "a membership that is not inherited",
    before:
      "grant create, usage on schema public to OTHER; alter role ME noinherit; grant OTHER to ME; grant create on schema public to ME",
    synced: { "v.sql": "create view v as select 1 as x;" },
    handed: "alter view v owner to OTHER; LEDGER",
    components: { "v.sql": "create view v as select 2 as x;" },
    mends: [[join("OTHER")]],
    mends15: [["GRANT OTHER TO ME; ALTER ROLE ME INHERIT"]],
  },
  {
    name: "a trigger takes a privilege on the table, not its ownership",
    before: `create function f() returns trigger language plpgsql as 'begin return new; end'`,
    components: { "a.sql": "create trigger a before insert on t for each row execute function f();" },
    mends: [["GRANT TRIGGER ON TABLE public.t TO ME"]],
  },
  {
    name: "a trigger that is changed",
    before: `create function f() returns trigger language plpgsql as 'begin return new; end'; grant trigger on t to ME`,
    synced: { "a.sql": "create trigger a before insert on t for each row execute function f();" },
    handed: "LEDGER",
    components: {
      "a.sql": "create trigger a before insert or update on t for each row execute function f();",
    },
    mends: [],
  },
  {
    name: "a trigger that is dropped",
    before: `create function f() returns trigger language plpgsql as 'begin return new; end'; grant trigger on t to ME`,
    synced: {
      "a.sql": "create trigger a before insert on t for each row execute function f();",
      "b.sql": "create trigger b before insert on t for each row execute function f();",
    },
    handed: "LEDGER",
    components: { "b.sql": "create trigger b before insert on t for each row execute function f();" },
    mends: [["ALTER TABLE public.t OWNER TO ME"]],
  },
  {
    name: "policies and rules are the table's owner's",
    before: "alter table t owner to OTHER",
    components: {
      "p.sql": "create policy p on t using (a > 0);",
      "r.sql": "create rule r as on update to t do also select 1;",
    },
    mends: [[join("OTHER")]],
    mends15: [[join15("OTHER")]],
  },
  {
    name: "schemas that a view names",
    before: "create table s.u (x int); grant create on schema public to ME",
    components: { "v.sql": "create view v as select x from s.u;" },
    mends: [["GRANT USAGE ON SCHEMA s TO ME"]],
  },
  {
    name: "a language that was taken from everyone",
    before: "revoke usage on language plpgsql from public; grant create on schema public to ME",
    components: { "f.sql": "create function f() returns int language plpgsql as 'begin return 1; end';" },
    mends: [["GRANT USAGE ON LANGUAGE plpgsql TO ME"]],
  },
  {
    name: "a language for superusers alone",
    before: "grant create on schema public to ME",
    components: { "f.sql": "create function f(text) returns bytea language internal strict as 'textsend';" },
    mends: [["ALTER ROLE ME SUPERUSER"]],
  },
  {
    name: "a dependent of another role that is bound anew in place",
    before: "grant create on schema public to ME; grant usage on schema s to ME",
    synced: { "v.sql": "create view v as select id, a from t;" },
    handed:
      "alter view v owner to ME; create view s.d as select id from v; alter view s.d owner to OTHER; LEDGER",
    components: { "v.sql": "create view v as select id, a::bigint as a from t;" },
    mends: [[join("OTHER"), "GRANT CREATE ON SCHEMA s TO ME"]],
    mends15: [[join15("OTHER"), "GRANT CREATE ON SCHEMA s TO ME"]],
  },
  {
    name: "a dependent of another role that is recreated, in a schema where its owner may make nothing",
    before: "grant create on schema public to ME; grant usage on schema s to ME",
    synced: { "v.sql": "create view v as select id, a from t;" },
    handed:
      "alter view v owner to ME; create view s.d as select a from v; alter view s.d owner to OTHER; LEDGER",
    components: { "v.sql": "create view v as select id, a::bigint as a from t;" },
    // Only planning tells that it cannot be bound in place, and planning takes the first two.
    mends: [[join("OTHER"), "GRANT CREATE ON SCHEMA s TO ME"], ["GRANT CREATE ON SCHEMA s TO OTHER"]],
    mends15: [[join15("OTHER"), "GRANT CREATE ON SCHEMA s TO ME"], ["GRANT CREATE ON SCHEMA s TO OTHER"]],
  },
  {
    name: "a grant by a role that it may not act as",
    before: "grant create on schema public to ME; grant usage on schema public to OTHER",
    synced: { "v.sql": "create view v as select id, a from t;" },
    handed:
      "alter view v owner to ME; grant select on v to OTHER with grant option; set role OTHER; grant select on v to carol; reset role; LEDGER",
    components: { "v.sql": "create view v as select id, a::bigint as a from t;" },
    mends: [[join("OTHER")]],
    mends15: [[join15("OTHER")]],
  },
  {
    name: "extended statistics of others on a materialized view that is recreated",
    before: "grant create on schema public to ME, OTHER",
    synced: { "m.sql": "create materialized view m as select 1 as id, 2 as a;" },
    handed:
      "alter materialized view m owner to ME; create statistics theirs on id, a from m; alter statistics theirs owner to OTHER; create statistics root on id, a from m; LEDGER",
    components: { "m.sql": "create materialized view m as select 1 as id, 3 as a;" },
    mends: [["ALTER STATISTICS public.root OWNER TO ME", join("OTHER")]],
    mends15: [["ALTER STATISTICS public.root OWNER TO ME", join15("OTHER")]],
  },
  {
    name: "an owner to whom a recreated view goes back, without the SET option",
    only: 18,
    before:
      "grant create, usage on schema public to ME, OTHER; grant OTHER to ME with inherit true, set false",
    synced: { "v.sql": "create view v as select id, a from t;" },
    handed: "alter view v owner to OTHER; LEDGER",
    components: { "v.sql": "create view v as select id, a::bigint as a from t;" },
    mends: [[join("OTHER")]],
  },
  {
    name: "the same view replaced needs no SET option",
    only: 18,
    before:
      "grant create, usage on schema public to ME, OTHER; grant OTHER to ME with inherit true, set false",
    synced: { "v.sql": "create view v as select id, a from t;" },
    handed: "alter view v owner to OTHER; LEDGER",
    components: { "v.sql": "create view v as select id, a + 1 as a from t;" },
    mends: [],
  },
  {
    name: "only a grant or a comment changes: no CREATE is needed",
    before: "grant create on schema public to ME",
    synced: { "v.sql": "create view v as select id, a from t;" },
    byMe: true,
    handed: "revoke create on schema public from ME",
    components: {
      "v.sql":
        "create view v as select id, a from t;\ngrant select on v to carol;\ncomment on view v is 'x';",
    },
    mends: [],
  },
  {
    name: "lacks of several kinds are told together",
    before: "create table s.u (x int)",
    components: {
      "p.sql": "create policy p on t using (a > 0);",
      "v.sql": "create view v as select x from s.u;\nalter view v owner to OTHER;",
    },
    mends: [
      [
        "ALTER TABLE public.t OWNER TO ME",
        "GRANT CREATE ON SCHEMA public TO ME",
        join("OTHER"),
        "GRANT CREATE ON SCHEMA public TO OTHER",
        "GRANT USAGE ON SCHEMA s TO ME",
      ],
    ],
    mends15: [
      [
        "ALTER TABLE public.t OWNER TO ME",
        "GRANT CREATE ON SCHEMA public TO ME",
        join15("OTHER"),
        "GRANT CREATE ON SCHEMA public TO OTHER",
        "GRANT USAGE ON SCHEMA s TO ME",
      ],
    ],
  },
];
