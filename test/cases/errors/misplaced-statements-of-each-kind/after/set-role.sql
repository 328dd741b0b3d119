set role bob;
