create trigger stands instead of delete on base for each row execute function go();
create rule quiet as on insert to base do instead nothing;
alter view base alter column a set default 3;
