create rule r as on delete to t do select 1;
