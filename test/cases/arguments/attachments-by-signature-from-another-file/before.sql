create type "Mixed Case" as (a int);
