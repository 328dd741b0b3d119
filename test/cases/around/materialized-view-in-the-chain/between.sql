create index by_hand on m (a) where a > 3; comment on index by_hand is 'mine'; grant select (a) on m to bob with grant option;
