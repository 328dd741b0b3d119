create event trigger audit on ddl_command_end execute function hear();
create event trigger drops on sql_drop execute function hear_drops();
create event trigger functions_only on ddl_command_start when tag in ('CREATE FUNCTION') execute function hear();
create event trigger off on ddl_command_end execute function hear();
alter event trigger off disable;
delete from heard;
