reassign owned by bob to alice;
