alter role r login;
