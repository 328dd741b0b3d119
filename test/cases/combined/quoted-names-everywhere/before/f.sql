create function "F'f"("r r" "V.1", "Array" "V.1"[] default null) returns int language sql as $_$ select ("r r")."select" $_$;
