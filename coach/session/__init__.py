"""What happens next: the session and its safety stop, as tables and one pure step."""
