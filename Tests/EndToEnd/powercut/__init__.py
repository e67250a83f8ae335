"""What a power cut leaves, made up from a record of everything that was written and synced, and opened again."""
