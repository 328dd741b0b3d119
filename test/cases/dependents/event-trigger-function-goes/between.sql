create event trigger watching on ddl_command_end when tag in ('CREATE SEQUENCE') execute function watch();
