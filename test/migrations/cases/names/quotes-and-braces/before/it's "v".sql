create view "{{ v }}" as
select "i""d", "{# no #}" from "t {% a %}";

comment on view "{{ v }}" is '{{ it''s }} {% raw %}';
