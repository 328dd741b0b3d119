create schema a; create schema b; create type b.mood as enum ('fine');
