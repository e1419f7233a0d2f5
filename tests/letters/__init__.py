"""Letters of our own that are kept to measure by: written for this project after the formats that real programs use."""
