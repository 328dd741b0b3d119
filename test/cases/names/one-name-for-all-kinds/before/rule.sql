create rule same as on delete to x do instead nothing;
