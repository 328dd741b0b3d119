alter policy p on t using (true);
