"""The room where customers ask: cameras, requests, the form, the support panel."""
