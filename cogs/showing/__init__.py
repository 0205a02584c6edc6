"""What people see of a job: its card, the words of its thread, its clips; and how they are posted once."""
