-- nothing yet
/* nor here */
