"""What is known of a camera's health, and how sure: readings in, a verdict out."""
