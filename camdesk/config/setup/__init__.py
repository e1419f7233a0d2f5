"""`camdesk setup`: what a real installation must know is asked, tried, written and made ready."""
