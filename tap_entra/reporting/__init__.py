"""What a run tells: outcomes, the closing summary, progress lines."""
