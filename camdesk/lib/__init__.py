"""Text, phones, files, safe outgoing HTTP, the bus: no models, no knowledge of tickets."""
