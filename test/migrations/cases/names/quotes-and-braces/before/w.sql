create view "-- w" as
select "i""d" as "{% endraw %}" from "{{ v }}";

grant select on "-- w" to alice;
