create view w as select "%I
" as id from "a
b	c %s $1 ; --";
