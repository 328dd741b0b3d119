revoke all on shut from postgres;
grant all on open to public;
