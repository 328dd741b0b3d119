create rule one as on delete to t do instead nothing;
