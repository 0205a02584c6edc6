"""Being admitted: who owns the bot, whether they allow a server, and what is said when the bot joins one."""
