create event trigger watcher on ddl_command_end when tag in ('CREATE SEQUENCE') execute function watch();
