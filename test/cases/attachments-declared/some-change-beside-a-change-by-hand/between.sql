grant update on v to carol;
