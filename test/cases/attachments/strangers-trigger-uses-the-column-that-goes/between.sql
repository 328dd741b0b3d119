create rule logged as on insert to base do instead insert into log values (new.gone);
