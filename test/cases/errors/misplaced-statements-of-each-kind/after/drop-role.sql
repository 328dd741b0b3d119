drop role r;
