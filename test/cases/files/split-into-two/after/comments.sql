comment on view w is 'w';
