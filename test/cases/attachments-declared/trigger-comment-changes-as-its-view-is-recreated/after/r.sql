create rule r as on insert to v do instead nothing;
