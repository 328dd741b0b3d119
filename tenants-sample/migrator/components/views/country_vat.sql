create view app.country_vat as
select code, vat, round(vat * 100) || ' %' as label from app.country;
