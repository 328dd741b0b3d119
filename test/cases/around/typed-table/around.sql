alter type c alter attribute a type bigint cascade;
