/** A small project with everything that the page shows: two schemas, folders, soft edges, lineage, and names that want to be markup. */

export const hostile = `</script><script>alert("x")</script> ]]> -- ' \\ &amp; {{x}}`;

export const base = `
create schema app;
create schema report;
create table app.customer (id integer primary key, name text, joined date);
create table app.purchase (id integer primary key, customer_id integer, amount numeric(10,2), note text);
comment on table app.purchase is 'One row a purchase';
create role graph_reader;
`;

const quoted = `"${hostile.replaceAll('"', '""')}"`;

export const components: Readonly<Record<string, string>> = {
  "app/views/line.sql": `-- What was sold.
create view app.line as
  select p.id, p.customer_id, p.amount, p.amount * 2 as twice from app.purchase p;
comment on view app.line is 'Lines <b>as sold</b>';
comment on column app.line.twice is 'for show';
grant select on app.line to graph_reader;`,
  "app/views/by_customer.sql": `create view app.by_customer as
  select c.id, c.name, sum(l.amount) as total from app.customer c join app.line l on l.customer_id = c.id group by c.id, c.name;`,
  "app/views/names.sql": "create view app.names as select name from app.by_customer;",
  "app/functions/total_of.sql": `create function app.total_of(wanted integer) returns numeric language plpgsql stable as $$
begin
  return (select total from app.by_customer where id = wanted);
end$$;`,
  "app/functions/touch.sql": `create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;`,
  "app/triggers/touch.sql":
    "create trigger touch before update on app.purchase for each row execute function app.touch();",
  "report/monthly.sql": `create materialized view report.monthly as select id, amount from app.line;
create unique index monthly_id on report.monthly (id);`,
  "report/everything.sql": "create view report.everything as select * from app.line;",
  "report/hostile.sql": `create view report.${quoted} as select id as ${quoted} from report.monthly;`,
};
