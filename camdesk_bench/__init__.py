"""What camdesk costs on this machine: the measuring commands behind docs/performance.md. No part of the product."""
