"""The whole bot, as its own process with the real discord.py, told as what members do and see."""
