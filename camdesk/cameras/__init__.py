"""Sites, cameras, passports and who may see which camera."""
