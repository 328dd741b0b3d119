/** A project whose change takes more than thirty steps of every kind, with strangers and attachments on its objects. */

export interface LargePlan {
  /** Tables and what stands on them that no file declares. */
  readonly base: string;
  readonly before: ReadonlyMap<string, string>;
  /** What strangers make once `before` was synced. */
  readonly strangers: string;
  readonly after: ReadonlyMap<string, string>;
  /** Changes a table under the views; runs with the change of the files. */
  readonly around: string;
}

/** The least number of steps that the change takes. */
export const leastSteps = 30;

const base = `
create table account (id int primary key, name varchar(40), amount numeric(10,2), note text, since date default now());
insert into account select i, 'n' || i, i, 'note', '2024-01-01' from generate_series(1, 20) i;
create table payment (id int primary key, account int references account, amount numeric(10,2), state text);
insert into payment select i, 1 + i % 20, i, 'open' from generate_series(1, 40) i;
create table heard (what text, at timestamptz default now());
create schema report;`;

const strangers = `
create view report.totals as select name, sum(amount) as amount from account_view group by name;
alter view report.totals owner to carol;
grant select on report.totals to bob with grant option;
comment on view report.totals is 'somebody''s report';
create view report.rates as select id, rate(id) as rate from account_view;
grant select (id, amount) on account_view to bob;
comment on column account_view.amount is 'by hand';
alter view account_chain set (security_barrier);
create index by_hand on account_store (id, amount);
alter materialized view account_store cluster on by_hand;
create statistics by_hand_statistics on id, amount from account_store;
alter table payment add check (rate(account) >= 0);
alter table payment alter column amount set default rate(1);`;

/** `type` is that of the amounts; the rest tells the two states apart. */
function files(changed: boolean): ReadonlyMap<string, string> {
  const amount = changed ? "amount::float8 as amount" : "amount";
  const one = (older: string, newer: string) => (changed ? newer : older);
  const texts: Record<string, string> = {
    "rate.sql": one(
      "create function rate(n int) returns int language sql immutable as 'select n';\ngrant execute on function rate(int) to bob;",
      "create function rate(n int) returns bigint language sql immutable as 'select n::bigint';\ngrant execute on function rate(int) to bob;",
    ),
    "heard.sql": `create function hear() returns trigger language plpgsql as $$ begin insert into heard(what) values (${one("'old'", "'new'")}); return null; end $$;`,
    "account_view.sql": `create view account_view as select id, name, ${amount}, note from account;
grant select on account_view to alice; comment on view account_view is 'accounts';`,
    "account_chain.sql": "create view account_chain as select id, name, amount from account_view;",
    "account_top.sql":
      "create view account_top as select c.id, c.amount, p.state from account_chain c join payment p on p.account = c.id;",
    "account_text.sql":
      "create view account_text as select id, name, amount::text as amount from account_view;",
    "account_store.sql": `create materialized view account_store as select id, name, amount from account_chain;
create unique index account_store_id on account_store (id);
comment on index account_store_id is 'of the store';`,
    "account_store_sum.sql": `create materialized view account_store_sum as select sum(amount) as amount from account_store;`,
    "store_reader.sql": "create view store_reader as select id, amount from account_store;",
    "account_row.sql":
      "create function account_row(a account_view) returns text language sql stable as 'select a.name';",
    "account_rows.sql":
      "create view account_rows as select v.id, account_row(v) as name from account_view v;",
    "account_atomic.sql":
      "create function account_count() returns bigint language sql begin atomic select count(v.amount) from account_view v; end;",
    "account_policy.sql":
      "create policy own on account using (rate(id) > 0 and exists (select from account_text t where t.id = account.id));",
    "account_rule.sql":
      "create rule store_away as on delete to account_view do instead delete from payment where account = old.id;",
    "payment_trigger.sql": `create trigger hear after ${one("insert", "insert or update")} on payment for each row execute function hear();`,
    "view_trigger.sql":
      "create function put() returns trigger language plpgsql as $$ begin return null; end $$;\ncreate trigger put instead of insert on account_view for each row execute function put();",
    "renamed.sql": `create view renamed as select id, account as ${one("holder", "owner")} from payment;`,
    "renamed_reader.sql": `create view renamed_reader as select id, ${one("holder", "owner")} as holder from renamed;`,
    "appended.sql": `create view appended as select id${one("", ", amount")} from payment;`,
    "appended_reader.sql": "create view appended_reader as select * from appended;",
    "where.sql": `create view only_open as select id from payment where state = ${one("'open'", "'closed'")};`,
    "options.sql": `create view guarded ${one("", "with (security_barrier) ")}as select id from payment;`,
    "grants.sql": `create view granted as select id from payment;\ngrant select on granted to ${one("alice", "bob")};`,
    "procedure.sql": `create procedure settle() language plpgsql as $$ begin perform ${one("1", "2")}; end $$;`,
    "aggregate_step.sql": `create function add_up(${one("numeric, numeric) returns numeric", "float8, float8) returns float8")} language sql immutable as 'select $1 + $2';`,
    "aggregate.sql": `create aggregate total(${one("numeric) (sfunc = add_up, stype = numeric", "float8) (sfunc = add_up, stype = float8")});`,
    [one("gone.sql", "new.sql")]: one(
      "create view gone as select id from payment;\ncreate view gone_too as select id from gone;",
      "create view fresh as select id, amount from account_chain;\ncreate materialized view fresh_store as select id, amount from fresh;\ncreate index fresh_store_id on fresh_store (id);",
    ),
    "moved.sql": `create view ${one("report", "public")}.moved as select id from payment;`,
    "kind.sql": `create ${one("view", "materialized view")} kind as select id from payment;`,
    "kind_reader.sql": "create view kind_reader as select id from kind;",
  };
  return new Map(Object.entries(texts));
}

export const largePlan: LargePlan = {
  base,
  before: files(false),
  strangers,
  after: files(true),
  around:
    "alter table account alter column name type text; alter table payment alter column state type varchar(10)",
};
