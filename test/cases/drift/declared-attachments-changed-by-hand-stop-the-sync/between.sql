comment on view v is 'by hand';
