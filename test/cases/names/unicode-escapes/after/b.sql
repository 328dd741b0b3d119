create view top as select id from U&"d!0061to" uescape '!';
