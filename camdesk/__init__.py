"""camdesk: the support desk of a cloud video-surveillance service."""

__version__ = "0.1.0"
