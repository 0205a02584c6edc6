"""The rules of a server: who may, what may, how much, who decides; pure decisions over rules and usage."""
