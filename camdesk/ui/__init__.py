"""The base page, components, CSS and elements every page is made of: no models."""
