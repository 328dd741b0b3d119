create rule r as on delete to a do instead nothing;
