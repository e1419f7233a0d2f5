"""The chat: what a customer presses and types goes to the bot while it talks, to the person afterwards."""
