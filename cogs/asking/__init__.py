"""The ways in: commands, menus, mentions and forms, and what is read and suggested while a wish is written."""
