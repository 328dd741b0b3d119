alter table orders drop column discount;
