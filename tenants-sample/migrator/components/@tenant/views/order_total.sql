create view order_total as
select o.id, o.net - o.discount as net, (o.net - o.discount) * (1 + c.vat) as gross
from orders o join country_vat c on c.code = o.country;
