create rule r as on insert to v do instead nothing; comment on rule r on v is 'gone soon';
