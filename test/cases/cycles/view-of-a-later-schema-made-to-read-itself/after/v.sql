create view b.v as select x from v;
create view b.u as select x from u;
