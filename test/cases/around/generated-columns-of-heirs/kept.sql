select b from p;
select k, b from pt order by 1;
