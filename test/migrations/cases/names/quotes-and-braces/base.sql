create schema "odd {{ schema }}";
create table "odd {{ schema }}"."t {% a %}" ("i""d" int, "{# no #}" text);
