alter type money_of alter attribute amount type bigint; alter type money_of rename attribute currency to code;
