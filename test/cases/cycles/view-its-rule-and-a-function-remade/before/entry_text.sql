create function entry_text(e entry) returns text language sql as 'select e.id::text';
