alter policy p on t using (false);
