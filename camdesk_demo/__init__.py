"""A believable town to try camdesk on. No part of the product: it is there only where somebody asked for it."""
