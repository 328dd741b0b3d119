select obj_description('v'::regclass);
