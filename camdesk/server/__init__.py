"""The HTTP front: what stands between the network and Django, and the processes that serve."""
