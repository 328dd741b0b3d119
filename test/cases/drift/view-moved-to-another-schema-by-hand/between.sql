alter view v set schema other;
