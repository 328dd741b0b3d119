create foreign data wrapper nothing validator valid;
