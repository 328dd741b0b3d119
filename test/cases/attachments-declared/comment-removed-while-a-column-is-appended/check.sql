select obj_description('v'::regclass) as comment;
